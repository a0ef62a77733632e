-- First and last day of the reports that are dated to a day; of all reports where spans are spread over their days.
SELECT min(date), max(until) FROM funnel_rows WHERE until <= date OR $spread
