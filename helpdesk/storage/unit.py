"""One unit of work: the rows of one transaction, grouped by what they are about."""

from functools import cached_property

from sqlalchemy import Connection

from helpdesk.storage.article import ArticleRows
from helpdesk.storage.article_work import CommentRows, ReviewRows
from helpdesk.storage.asking import AskingRows
from helpdesk.storage.audit import AuditRows
from helpdesk.storage.calendar import CalendarRows
from helpdesk.storage.conversation import ConversationRows
from helpdesk.storage.gap import GapRows
from helpdesk.storage.inbox import InboxRows
from helpdesk.storage.insight import InsightRows
from helpdesk.storage.label import LabelRows
from helpdesk.storage.message import MessageRows
from helpdesk.storage.model import ModelRows
from helpdesk.storage.officer import OfficerRows
from helpdesk.storage.question import QuestionRows
from helpdesk.storage.rating import RatingRows
from helpdesk.storage.recall import RecallRows
from helpdesk.storage.setting import SettingRows
from helpdesk.storage.shadow import ShadowRows
from helpdesk.storage.silence import SilenceRows
from helpdesk.storage.ticket import TicketRows
from helpdesk.storage.training import TrainingRows
from helpdesk.storage.turn import TurnRows


class Unit:
    """Access to the rows inside one transaction; committed by `Database.write`, never here."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def articles(self) -> ArticleRows:
        """Article versions."""
        return ArticleRows(self.connection)

    @cached_property
    def askings(self) -> AskingRows:
        """Which turn asked which question."""
        return AskingRows(self.connection)

    @cached_property
    def audit(self) -> AuditRows:
        """The append-only log."""
        return AuditRows(self.connection)

    @cached_property
    def calendar(self) -> CalendarRows:
        """Office hours and closures."""
        return CalendarRows(self.connection)

    @cached_property
    def comments(self) -> CommentRows:
        """Colleagues' comments on article versions."""
        return CommentRows(self.connection)

    @cached_property
    def conversations(self) -> ConversationRows:
        """Conversations and the contacts on the other side."""
        return ConversationRows(self.connection)

    @cached_property
    def gaps(self) -> GapRows:
        """Questions without a good answer, grouped, and askers who want to be told."""
        return GapRows(self.connection)

    @cached_property
    def inbox(self) -> InboxRows:
        """Updates as they arrived."""
        return InboxRows(self.connection)

    @cached_property
    def insight(self) -> InsightRows:
        """How the desk fares, in counts."""
        return InsightRows(self.connection)

    @cached_property
    def labels(self) -> LabelRows:
        """What people said questions mean."""
        return LabelRows(self.connection)

    @cached_property
    def messages(self) -> MessageRows:
        """Messages, their files and their delivery."""
        return MessageRows(self.connection)

    @cached_property
    def models(self) -> ModelRows:
        """Trained models and which one serves."""
        return ModelRows(self.connection)

    @cached_property
    def officers(self) -> OfficerRows:
        """Officers, their sessions and invitations."""
        return OfficerRows(self.connection)

    @cached_property
    def questions(self) -> QuestionRows:
        """Questions as the review lists them."""
        return QuestionRows(self.connection)

    @cached_property
    def ratings(self) -> RatingRows:
        """Rating requests and what came back."""
        return RatingRows(self.connection)

    @cached_property
    def recalls(self) -> RecallRows:
        """Corrections and who was told."""
        return RecallRows(self.connection)

    @cached_property
    def reviews(self) -> ReviewRows:
        """Articles that have to be looked at again."""
        return ReviewRows(self.connection)

    @cached_property
    def settings(self) -> SettingRows:
        """Settings that administrators change while the desk runs."""
        return SettingRows(self.connection)

    @cached_property
    def silences(self) -> SilenceRows:
        """What the bot may not answer, and laws that ended."""
        return SilenceRows(self.connection)

    @cached_property
    def shadows(self) -> ShadowRows:
        """Shadow runs of candidates."""
        return ShadowRows(self.connection)

    @cached_property
    def tickets(self) -> TicketRows:
        """Tickets and the queue."""
        return TicketRows(self.connection)

    @cached_property
    def training(self) -> TrainingRows:
        """Training runs."""
        return TrainingRows(self.connection)

    @cached_property
    def turns(self) -> TurnRows:
        """The log of questions and what became of them."""
        return TurnRows(self.connection)
