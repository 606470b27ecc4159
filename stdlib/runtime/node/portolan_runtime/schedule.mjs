// Ticks, and when they were due.

import { envelope, instant } from "./event.mjs";

/** The event of a tick; a repeated run of the same tick has the same id. */
export function tickEvent(trigger, due, input) {
  const time = instant(due, "the time of a tick");
  return { ...envelope(trigger, `${trigger.schedule}@${time}`, time), input: input ?? null };
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
// a 29th of February that is a given weekday comes once in 28 years, in 40 around a century
const farthest = 41 * 366;

/** The last moment that an expression names, in UTC. A timer may fire a little before its time; it counts as on time. */
export function lastDue(due, now, early = 1000) {
  const latest = now + early;
  let midnight = Math.floor(latest / day) * day;
  for (let tried = 0; tried < farthest; tried += 1, midnight -= day) {
    const times = names(due, new Date(midnight)) ? within(due, midnight, latest) : [];
    if (times.length > 0) return Math.max(...times);
  }
  throw new Error("the schedule was never due");
}

// As in cron, of days and weekdays one is enough where both are restricted.
function names({ days, months, weekdays }, date) {
  if (!months.includes(date.getUTCMonth() + 1)) return false;
  const [inMonth, inWeek] = [days.includes(date.getUTCDate()), weekdays.includes(date.getUTCDay())];
  return days.length < 31 && weekdays.length < 7 ? inMonth || inWeek : inMonth && inWeek;
}

function within({ hours, minutes }, midnight, latest) {
  const times = hours.flatMap((hours) => minutes.map((minutes) => midnight + hours * hour + minutes * minute));
  return times.filter((time) => time <= latest);
}
