"""The result: where the person stands, what to do about it, and which plan to take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    Option,
    RadioButtonsElement,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import MarkdownTextObject, PlainTextObject
from slack_sdk.models.views import View

from bot import mrkdwn
from bot.assessment import ids
from bot.assessment.scoring import Gap, Tier
from bot.assessment.service import Result
from bot.assessment.views import DIMENSION_NAMES
from bot.plan.recommendation import Option as PlanOption
from bot.plan.recommendation import Recommendation
from bot.plan.views import named
from content.schema import DIMENSIONS

TITLE = "Your result"


def result_modal(result: Result) -> View:
    """Score, gaps and the choice of a plan. private_metadata is the attempt's number."""
    blocks: list[Block] = [
        HeaderBlock(text=f"{result.score.total} of 100: {result.band.label}"),
        SectionBlock(text=result.band.meaning),
        SectionBlock(text=score_lines(result)),
    ]
    change = change_sentence(result)
    if change:
        blocks.append(ContextBlock(elements=[MarkdownTextObject(text=change)]))
    blocks += [DividerBlock(), *_gap_blocks(result), DividerBlock(), *_plan_blocks(result)]
    return View(
        type="modal",
        callback_id=ids.RESULT,
        title=TITLE,
        submit="Take this plan",
        close="Later",
        private_metadata=str(result.number),
        blocks=blocks,
    )


def chosen_modal(title: str) -> View:
    """After the choice: the form gives way to one line."""
    text = (
        f"*{title} is yours.* I am putting it into our direct message, with this week's tasks first. "
        "You can see it any time with `/prep plan` or on my Home tab."
    )
    return View(type="modal", title="Your plan", close="Done", blocks=[SectionBlock(text=text)])


def same_plan_modal(title: str) -> View:
    """After choosing the plan one already has."""
    text = f"*You are already on it: {title}.* `/prep plan` shows this week."
    return View(type="modal", title="Your plan", close="Done", blocks=[SectionBlock(text=text)])


def read_choice(view: Mapping[str, Any]) -> tuple[int, str | None]:
    """The attempt's number and the plan's slug, None when none is chosen."""
    values = view["state"]["values"].get(ids.PLAN, {}).get(ids.PLAN, {})
    chosen = values.get("selected_option") or {}
    number = str(view.get("private_metadata", ""))
    return int(number) if number.isdecimal() else 0, chosen.get("value")


def score_lines(result: Result) -> str:
    """The three dimensions as bars, each with its number and what changed."""
    lines = []
    for dimension in DIMENSIONS:
        now = result.score.dimensions[dimension]
        change = "" if result.before is None else f" ({_signed(now - result.before.dimensions[dimension])})"
        lines.append(f"{mrkdwn.bar(now)}  *{now}*{change}  {DIMENSION_NAMES[dimension]}")
    return "\n".join(lines)


def change_sentence(result: Result) -> str | None:
    """How the total moved since the attempt before; None after the first."""
    if result.before is None or result.before_on is None:
        return None
    difference = result.score.total - result.before.total
    on = mrkdwn.day(result.before_on.astimezone(ZoneInfo(result.profile.time_zone)).date())
    if difference == 0:
        return f"The same total as on {on}."
    return f"{abs(difference)} {'more' if difference > 0 else 'less'} than on {on} ({result.before.total})."


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _signed(difference: int) -> str:
    return "no change" if difference == 0 else f"{difference:+d}".replace("-", "−")  # noqa: RUF001  (a minus sign, as set in print)


def _gap_blocks(result: Result) -> list[Block]:
    critical = [gap for gap in result.gaps if gap.tier == Tier.CRITICAL]
    if critical:
        lead = f"{mrkdwn.count(len(critical), 'critical gap')}: begin here"
        return [HeaderBlock(text=lead), *(SectionBlock(text=_gap_text(gap)) for gap in critical)]
    building = [gap for gap in result.gaps if gap.tier == Tier.SKILL][:3]
    blocks: list[Block] = [
        HeaderBlock(text="No critical gap"),
        SectionBlock(
            text="None of your answers is a 1 or a 2. "
            + (
                "This is what would lift you next:"
                if building
                else "Keep what you have warm, and practise under time."
            )
        ),
    ]
    return blocks + [SectionBlock(text=_skill_text(gap, result.profile.target_level)) for gap in building]


def _gap_text(gap: Gap) -> str:
    answer = gap.item.answers[gap.points - 1].label
    return f"*{gap.competency.title}* (you said: {answer})\n{gap.competency.low_answer}"


def _skill_text(gap: Gap, level: str) -> str:
    """Advice for a low answer would be below somebody who said 3: the level they aim for shows the way."""
    answer = gap.item.answers[gap.points - 1].label
    aim = gap.competency.l7 if level == "L7" else gap.competency.l6
    return f"*{gap.competency.title}* (you said: {answer})\nWhat {level} looks like: {aim}"


def _plan_blocks(result: Result) -> list[Block]:
    recommendation = result.recommendation
    options = {option.plan.slug: _radio_option(option, recommendation) for option in recommendation.options}
    radio = RadioButtonsElement(
        action_id=ids.PLAN,
        options=list(options.values()),
        initial_option=options[recommendation.best_for_time.plan.slug],
    )
    return [
        HeaderBlock(text="Which plan fits"),
        SectionBlock(text="\n\n".join(plan_reasons(result))),
        InputBlock(block_id=ids.PLAN, label=PlainTextObject(text="Your choice"), element=radio),
    ]


def plan_reasons(result: Result) -> list[str]:
    """Why the score's plan, and every fact of date and hours that speaks against it."""
    recommendation, profile = result.recommendation, result.profile
    by_score, best = recommendation.by_score, recommendation.best_for_time
    reasons = [
        f"*Your score, {result.score.total}, points to the {named(by_score.plan)}.* "
        f"It suits {_lower_first(by_score.plan.suits)}"
    ]
    if recommendation.date_is_past:
        reasons.append("Your interview date has passed, so I leave it out of account.")
    elif recommendation.weeks_left is not None and profile.interview_on is not None:
        reasons.append(_date_reason(result))
    if not best.fits_hours:
        reasons += _hours_reasons(result)
    jump = recommendation.for_big_jump
    if jump is not None and by_score.plan != jump.plan:
        reasons.append(
            f"From L5 to L7 is a jump of two levels. The {named(jump.plan)} leaves time to grow into the "
            "scope L7 interviewers ask about."
        )
    return reasons


def _hours_reasons(result: Result) -> list[str]:
    plan, hours = result.recommendation.best_for_time.plan, result.profile.hours_per_week
    lighter = result.recommendation.best_for_hours
    reasons = [
        f"*You have {mrkdwn.count(hours, 'hour')} a week; the {named(plan)} is made for {plan.hours.low} to "
        f"{plan.hours.high}.* It keeps its order and does less each week, "
        "the most important first; it leaves gaps that more hours would close."
    ]
    if lighter is not None:
        reasons.append(
            f"The {named(lighter.plan)} asks for {lighter.plan.hours.low} to {lighter.plan.hours.high} hours "
            f"a week and takes {mrkdwn.count(lighter.weeks, 'week')}: slower, but your hours cover it."
        )
    return reasons


def _date_reason(result: Result) -> str:
    recommendation = result.recommendation
    by_score, best = recommendation.by_score, recommendation.best_for_time
    on = mrkdwn.day(result.profile.interview_on) if result.profile.interview_on else ""
    left = recommendation.weeks_left or 0
    if left == 0:
        return "*Your interview is today.* Rest, and good luck. A plan chosen now is for what comes after it."
    facts = f"Your interview on {on} is {_away(result)} away"
    if best.plan == by_score.plan and not best.is_shortened:
        spare = left - best.weeks
        more = ", just enough"
        if spare > 26:
            more = ", far longer than the plan needs"
        elif spare:
            more = f", {mrkdwn.count(spare, 'week')} more than the plan needs"
        return f"{facts}{more}."
    if best.plan == by_score.plan:
        return (
            f"*{facts}*: I leave out the weeks that can be spared; {mrkdwn.count(best.weeks, 'week')} remain."
        )
    return (
        f"*{facts}, and the {named(by_score.plan)} takes at least {by_score.plan.fewest_weeks}.* "
        f"The most that fits is the {named(best.plan)}. It will not close every gap in that time: if the "
        "date can still move, moving it is worth a question to your recruiter."
    )


def _away(result: Result) -> str:
    """Days within a fortnight, weeks beyond it."""
    recommendation, interview_on = result.recommendation, result.profile.interview_on
    days = (interview_on - recommendation.today).days if interview_on else 0
    return mrkdwn.count(days, "day") if days < 14 else mrkdwn.count(recommendation.weeks_left or 0, "week")


def _radio_option(option: PlanOption, recommendation: Recommendation) -> Option:
    marks = []
    if option.plan == recommendation.by_score.plan:
        marks.append("fits your score")
    if option.plan == recommendation.best_for_time.plan and recommendation.weeks_left:
        marks.append("fits your date")
    if option == recommendation.best_for_hours:
        marks.append("fits your hours")
    title = f"{option.plan.title}, {mrkdwn.count(option.weeks, 'week')}"
    hours = f"{option.plan.hours.low} to {option.plan.hours.high} hours a week"
    if not option.fits_date:
        hours += ", longer than your time"
    return Option(
        value=option.plan.slug,
        text=PlainTextObject(text=f"{title} ({', '.join(marks)})" if marks else title),
        description=PlainTextObject(text=hours),
    )
