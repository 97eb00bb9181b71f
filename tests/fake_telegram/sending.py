"""sendMessage, sendPhoto, sendDocument, sendChatAction and the edits.

Bot API, the methods of those names: text 1-4096 characters and caption 0-1024 after entities
parsing, ``parse_mode`` or explicit ``entities``, ``reply_parameters``, ``reply_markup``. Only a
text message of the bot itself has a text to edit, and an edit has to change something.
"""

from __future__ import annotations

from dataclasses import dataclass

from .entity import Entity, FormattedText, finish
from .file_store import MAX_UPLOAD, FileKind, StoredFile, check_image
from .keyboard import parse_reply_markup
from .markup import MarkupError, parse_html
from .outbox import Sent
from .params import Params, UploadedFile
from .wire import ApiError, JsonObject
from .world import StoredMessage, UserState, World

MAX_TEXT = 4096
MAX_CAPTION = 1024
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "record_audio",
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "pick_up_location",
        "record_video_note",
        "upload_video_note",
        "cancel",
    }
)
_KIND_NAMES = {"photo": "Photo", "document": "Document", "voice": "VoiceNote"}


@dataclass(frozen=True, slots=True)
class _Draft:
    """A message about to be sent: its content, what the user reads and what was pressed on."""

    content: JsonObject
    formatted: FormattedText
    reply_markup: JsonObject | None
    file: StoredFile | None = None


class Sender:
    def __init__(self, world: World) -> None:
        self._world = world

    def send_message(self, params: Params) -> JsonObject:
        if not params.text("text"):
            raise ApiError.bad_request("Message text is empty")
        formatted = self._formatted(params, "text", "entities")
        markup = parse_reply_markup(params.text("reply_markup"))
        chat = self._chat_to_write(params)
        if not formatted.text:
            raise ApiError.bad_request("text must be non-empty")
        if len(formatted.text) > MAX_TEXT:
            raise ApiError.bad_request("message is too long")
        draft = _Draft(_text_content(formatted), formatted, markup)
        return self._send("sendMessage", params, chat, draft)

    def send_photo(self, params: Params) -> JsonObject:
        formatted, markup = self._caption(params), parse_reply_markup(params.text("reply_markup"))
        sizes = self._photo(params)
        chat = self._chat_to_write(params)
        content = {"photo": sizes, **_caption_content(formatted)}
        largest = self._world.files.get(sizes[-1]["file_id"])
        return self._send("sendPhoto", params, chat, _Draft(content, formatted, markup, largest))

    def send_document(self, params: Params) -> JsonObject:
        formatted, markup = self._caption(params), parse_reply_markup(params.text("reply_markup"))
        file = self._document(params)
        chat = self._chat_to_write(params)
        content = {"document": document_json(file), **_caption_content(formatted)}
        return self._send("sendDocument", params, chat, _Draft(content, formatted, markup, file))

    def send_chat_action(self, params: Params) -> bool:
        action = params.text("action").lower()
        if action not in CHAT_ACTIONS:
            raise ApiError.bad_request("wrong parameter action in request")
        chat = self._world.open_to_bot(self._chat_id(params))
        sent = Sent("sendChatAction", chat.user["id"], params=params.values)
        self._world.outbox.add(sent)
        return True

    def edit_text(self, params: Params) -> JsonObject:
        if not params.text("text"):
            raise ApiError.bad_request("Message text is empty")
        formatted = self._formatted(params, "text", "entities")
        stored = self._editable(params)
        if "text" not in stored.message:
            raise ApiError.bad_request("there is no text in the message to edit")
        if not formatted.text:
            raise ApiError.bad_request("text must be non-empty")
        if len(formatted.text) > MAX_TEXT:
            raise ApiError.bad_request("MESSAGE_TOO_LONG")
        return self._edit("editMessageText", params, stored, formatted)

    def edit_markup(self, params: Params) -> JsonObject:
        return self._edit("editMessageReplyMarkup", params, self._editable(params), None)

    def _edit(self, method: str, params: Params, stored: StoredMessage, formatted: FormattedText | None) -> JsonObject:
        """Without a ``reply_markup`` an edit takes the keyboard away."""
        content: JsonObject = {"entities": None, **_text_content(formatted)} if formatted else {}
        content["reply_markup"] = _inline(parse_reply_markup(params.text("reply_markup")))
        if all(stored.message.get(name) == value for name, value in content.items()):
            raise ApiError.bad_request(NOT_MODIFIED)
        chat_id, message_id = stored.message["chat"]["id"], stored.message["message_id"]
        message = self._world.edit_message(chat_id, message_id, content)
        words, entities = _shown(message)
        self._world.outbox.add(
            Sent(
                method=method,
                chat_id=chat_id,
                text=words,
                reply_markup=message.get("reply_markup"),
                message_id=message_id,
                entities=entities,
                params=params.values,
            )
        )
        return message

    def _editable(self, params: Params) -> StoredMessage:
        chat_id, message_id = self._chat_id(params), params.identifier("message_id")
        self._world.reachable(chat_id)
        if not message_id:
            raise ApiError.bad_request("message identifier is not specified")
        stored = self._world.messages.get((chat_id, message_id))
        if stored is None:
            raise ApiError.bad_request("message to edit not found")
        if not stored.outgoing:
            raise ApiError.bad_request("message can't be edited")
        return stored

    def _chat_id(self, params: Params) -> int:
        if not params.text("chat_id"):
            raise ApiError.bad_request("chat_id is empty")
        return params.identifier("chat_id")

    def _chat_to_write(self, params: Params) -> UserState:
        chat = self._world.open_to_bot(self._chat_id(params))
        if retry_after := self._world.flood.retry_after(chat.user["id"]):
            raise ApiError.too_many(retry_after)
        return chat

    def _formatted(self, params: Params, text: str, entities: str) -> FormattedText:
        mode = params.text("parse_mode").strip().lower()
        if mode in {"markdown", "markdownv2"}:
            raise ApiError(501, "Not Implemented: the fake server does not parse Markdown")
        if mode not in {"", "none", "html"}:
            raise ApiError.bad_request("Unsupported parse_mode")
        try:
            if mode == "html":
                return self._resolved(parse_html(params.text(text)))
        except MarkupError as error:
            raise ApiError.bad_request(f"Can't parse entities: {error}") from error
        given = params.json(entities, "Can't parse entities JSON object")
        return self._resolved(finish(params.text(text), _entities(given)))

    def _resolved(self, formatted: FormattedText) -> FormattedText:
        """A mention by id works only for a user the bot has met."""
        kept = (self._known(entity) for entity in formatted.entities)
        return FormattedText(formatted.text, tuple(e for e in kept if e is not None))

    def _known(self, entity: Entity) -> Entity | None:
        if entity.type != "text_mention":
            return entity
        state = self._world.users.get(entity.extra["user"]["id"])
        if state is None:
            return None
        return Entity(entity.type, entity.offset, entity.length, {"user": state.user})

    def _caption(self, params: Params) -> FormattedText:
        formatted = self._formatted(params, "caption", "caption_entities")
        if len(formatted.text) > MAX_CAPTION:
            raise ApiError.bad_request("message caption is too long")
        return formatted

    def _photo(self, params: Params) -> list[JsonObject]:
        files, upload = self._world.files, _checked_upload(params, "photo")
        if upload is None:
            return files.photo(self._known_file(params.text("photo"), "photo").file_id)
        check_image(upload.data)
        return files.add_photo(upload.data)

    def _document(self, params: Params) -> StoredFile:
        upload = _checked_upload(params, "document")
        if upload is None:
            return self._known_file(params.text("document"), "document")
        return self._world.files.add("document", upload.data, upload.file_name, upload.mime_type)

    def _known_file(self, reference: str, kind: FileKind) -> StoredFile:
        if not reference:
            raise ApiError.bad_request(f"there is no {kind} in the request")
        if reference.startswith(("http://", "https://")):
            raise ApiError.bad_request("failed to get HTTP URL content")
        file = self._world.files.get(reference)
        if file is None:
            raise ApiError.bad_request("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise ApiError.bad_request(f"Can't use file of type {_KIND_NAMES[file.kind]} as {_KIND_NAMES[kind]}")
        return file

    def _send(self, method: str, params: Params, chat: UserState, draft: _Draft) -> JsonObject:
        chat_id = chat.user["id"]
        content = {**draft.content, **self._reply(params, chat_id)}
        if params.flag("protect_content"):
            content["has_protected_content"] = True
        if markup := _inline(draft.reply_markup):
            content["reply_markup"] = markup
        message = self._world.add_message(chat, True, content)
        self._world.outbox.add(
            Sent(
                method=method,
                chat_id=chat_id,
                text=draft.formatted.text,
                reply_markup=draft.reply_markup,
                message_id=message["message_id"],
                entities=tuple(draft.formatted.entities_json()),
                params=params.values,
                file=draft.file,
            )
        )
        return message

    def _reply(self, params: Params, chat_id: int) -> JsonObject:
        reply = params.json("reply_parameters", "Can't parse reply parameters JSON object") or {}
        message_id = reply.get("message_id") or params.identifier("reply_to_message_id")
        if not message_id:
            return {}
        stored = self._world.messages.get((chat_id, int(message_id)))
        if stored is not None:
            return {"reply_to_message": without_reply(stored.message)}
        anyway = reply.get("allow_sending_without_reply")
        if anyway or params.flag("allow_sending_without_reply"):
            return {}
        raise ApiError.bad_request("message to be replied not found")


def _shown(message: JsonObject) -> tuple[str, tuple[JsonObject, ...]]:
    """The words of a message, text or caption, with their entities."""
    if "text" in message:
        return message["text"], tuple(message.get("entities", ()))
    return message.get("caption", ""), tuple(message.get("caption_entities", ()))


def _checked_upload(params: Params, kind: FileKind) -> UploadedFile | None:
    upload = params.upload(kind)
    if upload is not None and not upload.data:
        raise ApiError.bad_request("file must be non-empty")
    if upload is not None and len(upload.data) > MAX_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    return upload


def document_json(file: StoredFile) -> JsonObject:
    names = {"file_name": file.file_name, "mime_type": file.mime_type}
    return {**{name: value for name, value in names.items() if value}, **file.reference()}


def without_reply(message: JsonObject) -> JsonObject:
    """A replied message never carries a further reply."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}


def _text_content(formatted: FormattedText) -> JsonObject:
    return _content("text", "entities", formatted)


def _caption_content(formatted: FormattedText) -> JsonObject:
    return _content("caption", "caption_entities", formatted) if formatted.text else {}


def _content(text: str, entities: str, formatted: FormattedText) -> JsonObject:
    found = formatted.entities_json()
    return {text: formatted.text, **({entities: found} if found else {})}


def _inline(markup: JsonObject | None) -> JsonObject | None:
    """Only an inline keyboard is part of the message itself."""
    return markup if markup and "inline_keyboard" in markup else None


def _entities(given: object) -> list[Entity]:
    if not isinstance(given, list):
        return []
    try:
        return [_entity(item) for item in given]
    except (KeyError, TypeError, ValueError) as error:
        raise ApiError.bad_request(f"Can't parse MessageEntity: {error}") from error


def _entity(item: JsonObject) -> Entity:
    extra = {name: item[name] for name in item if name not in {"type", "offset", "length"}}
    return Entity(str(item["type"]), int(item["offset"]), int(item["length"]), extra)
