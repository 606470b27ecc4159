import datetime
import unittest

import runtime

schedule = runtime.load("schedule")
ALWAYS = {"minutes": range(60), "hours": range(24), "days": range(1, 32), "months": range(1, 13), "weekdays": range(7)}


def due(now, **restricted):
    moment = datetime.datetime.fromisoformat(now).replace(tzinfo=datetime.timezone.utc)
    return schedule.last_due({**ALWAYS, **restricted}, moment).strftime("%Y-%m-%d %H:%M")


class LastDue(unittest.TestCase):
    def test_of_the_same_day(self):
        self.assertEqual(due("2026-11-21T09:30:12", minutes=[0], hours=[3]), "2026-11-21 03:00")

    def test_the_minute_itself_is_due(self):
        self.assertEqual(due("2026-11-21T03:00:00.000001", minutes=[0], hours=[3]), "2026-11-21 03:00")

    def test_just_before_it_was_due_the_day_before(self):
        self.assertEqual(due("2026-11-21T02:59:59.999999", minutes=[0], hours=[3]), "2026-11-20 03:00")

    def test_over_the_turn_of_a_year(self):
        self.assertEqual(due("2027-01-01T00:00:30", minutes=[30], hours=[23]), "2026-12-31 23:30")

    def test_every_minute(self):
        self.assertEqual(due("2026-11-21T09:30:59"), "2026-11-21 09:30")

    def test_a_weekday(self):
        # the 21st is a Saturday
        self.assertEqual(due("2026-11-21T09:30:00", minutes=[0], hours=[8], weekdays=[1]), "2026-11-16 08:00")
        self.assertEqual(due("2026-11-22T09:30:00", minutes=[0], hours=[8], weekdays=[0]), "2026-11-22 08:00")

    def test_of_days_and_weekdays_one_is_enough(self):
        self.assertEqual(
            due("2026-11-21T09:30:00", minutes=[0], hours=[8], weekdays=[1], days=[20]), "2026-11-20 08:00"
        )

    def test_a_day_that_not_every_month_has(self):
        self.assertEqual(due("2026-11-21T09:30:00", minutes=[0], hours=[0], days=[31]), "2026-10-31 00:00")

    def test_a_day_that_not_every_year_has(self):
        self.assertEqual(due("2027-02-01T00:00:00", minutes=[0], hours=[0], days=[29], months=[2]), "2024-02-29 00:00")

    def test_a_day_that_no_year_has(self):
        with self.assertRaises(ValueError):
            due("2027-02-01T00:00:00", days=[30], months=[2])


if __name__ == "__main__":
    unittest.main()
