from benchmarks.understanding import worker

RANKING = [{"name": "nlu_fallback", "confidence": 0.7}, {"name": "a", "confidence": 0.4}]


def test_a_fallback_hides_neither_the_likeliest_intent_nor_the_decision() -> None:
    parsed = {"intent": {"name": "nlu_fallback", "confidence": 0.7}, "intent_ranking": RANKING}
    assert worker.read(parsed) == ("a", 0.4, "nlu_fallback")


def test_of_several_responses_the_chosen_one_is_the_label() -> None:
    chosen = {"procedure": {"response": {"intent_response_key": "procedure/aeo"}}}
    ranking = [{"name": "procedure", "confidence": 0.9}]
    parsed = {"intent": ranking[0], "intent_ranking": ranking, "response_selector": chosen}
    assert worker.read(parsed) == ("procedure/aeo", 0.9, "procedure/aeo")


def test_a_message_that_says_nothing_is_a_fallback() -> None:
    assert worker.read({"intent": {"name": None, "confidence": 0.0}}) == ("nlu_fallback", 0.0, "nlu_fallback")


def test_a_process_knows_the_most_memory_it_had() -> None:
    assert worker.peak_bytes() > 1_000_000
