"""What was said about a request for an explanation, and what its reader may do next."""

from datetime import date

from django.urls import reverse

from programme.models import User
from smartcity.lib.pages.thread import Action, ThreadEntry, Tone
from smartcity.lib.records.signers import entries_as_signed
from tasks.models import Explanation, ReplyKind

MAY_ASK = "tasks.add_explanation"
MAY_REPLY = "tasks.add_explanationreply"
TONES = {ReplyKind.ANSWER: Tone.SAID, ReplyKind.QUESTION: Tone.ASKED}
# Of each action, the words of its link and of its button.
WORDS = {
    "answer": ("Trả lời", "Gửi trả lời"),
    "ask_again": ("Hỏi thêm", "Gửi câu hỏi thêm"),
    "close": ("Kết thúc", "Kết thúc yêu cầu"),
}


def entries_of(explanation: Explanation) -> list[ThreadEntry]:
    """What was asked, what was said in order of time, how it ended. A constant number of queries.

    Whoever asked and closed is loaded, as they were then called.
    """

    def entry(on: date, title: str, tone: Tone, who: User, text: str) -> ThreadEntry:
        return ThreadEntry(explanation, on, title, tone, who, text=text)

    asked = entry(explanation.asked_on, "Yêu cầu", Tone.ASKED, explanation.asked_by, explanation.question)
    replies = [
        entry(reply.on, reply.get_kind_display(), TONES[ReplyKind(reply.kind)], reply.author, reply.text)
        for reply in entries_as_signed(explanation.replies.all())
    ]
    if explanation.closed_by is None or explanation.closed_on is None:
        return [asked, *replies]
    closed = entry(explanation.closed_on, "Kết thúc", Tone.ACCEPTED, explanation.closed_by, explanation.verdict)
    return [asked, *replies, closed]


def actions_on(explanation: Explanation, user: User, *, is_asked: bool) -> list[Action]:
    """What the person may do with a request that they may see; ``is_asked`` says whether their agency answers."""
    if explanation.is_closed:
        return []
    keys = [*(["answer"] if is_asked else []), *(["ask_again", "close"] if user.has_perm(MAY_ASK) else [])]
    return [action_at(key, explanation) for key in keys]


def action_at(key: str, explanation: Explanation) -> Action:
    label, button = WORDS[key]
    if key == "answer" and not explanation.is_open:
        label = "Trả lời bổ sung"
    return Action(key, reverse(f"explanation_{key}", args=[explanation.pk]), label, button)
