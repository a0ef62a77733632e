-- First and last day of the reports that are dated to a day.
SELECT min(date), max(date) FROM funnel_rows WHERE until <= date
