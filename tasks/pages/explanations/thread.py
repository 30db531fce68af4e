"""What was said about a request for an explanation, and what its reader may do next."""

from django.urls import reverse

from programme.models import User
from smartcity.lib.pages.thread import Action, ThreadEntry, Tone
from smartcity.lib.records.signers import entries_as_signed
from tasks.models import Explanation, ExplanationReply, ReplyKind

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
    asked, closed = explanation.asked_by, explanation.closed_by
    entries = [ThreadEntry(explanation, explanation.asked_on, "Yêu cầu", Tone.ASKED, asked, text=explanation.question)]
    entries += [_entry(explanation, reply) for reply in entries_as_signed(explanation.replies.all())]
    if explanation.closed_on:
        entries.append(
            ThreadEntry(explanation, explanation.closed_on, "Kết thúc", Tone.ACCEPTED, closed, text=explanation.verdict)
        )
    return entries


def _entry(explanation: Explanation, reply: ExplanationReply) -> ThreadEntry:
    return ThreadEntry(
        subject=explanation,
        on=reply.on,
        title=reply.get_kind_display(),
        tone=TONES[ReplyKind(reply.kind)],
        who=reply.author,
        agency=reply.author_agency,
        text=reply.text,
    )


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
