"""The last time at which a schedule was due, where the platform does not tell."""

import datetime


def last_due(due, now):
    """The last minute, up to now, that the schedule names (times are UTC). Days count from 1, weekdays from Sunday, 0.

    As in cron, of days and weekdays one is enough where both are restricted."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    clocks = sorted(((hour, minute) for hour in due["hours"] for minute in due["minutes"]), reverse=True)
    # 29 February comes within eight years
    for _ in range(8 * 366 + 1):
        if _fits(due, day):
            for hour, minute in clocks:
                moment = day.replace(hour=hour, minute=minute)
                if moment <= now:
                    return moment
        day -= datetime.timedelta(days=1)
    raise ValueError("the schedule is never due")


def _fits(due, day):
    if day.month not in due["months"]:
        return False
    in_month, in_week = day.day in due["days"], day.isoweekday() % 7 in due["weekdays"]
    if len(due["days"]) < 31 and len(due["weekdays"]) < 7:
        return in_month or in_week
    return in_month and in_week
