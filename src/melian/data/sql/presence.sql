-- Days of the reports, which of some names stand in them as the source writes it, and which of some actors act.
SELECT min(date), max(coalesce(date_end, date)),
       list_distinct(list_concat(
           list(DISTINCT source_name) FILTER (list_contains($names, source_name)),
           list(DISTINCT target_name) FILTER (list_contains($names, target_name)))),
       list(DISTINCT source_actor) FILTER (list_contains($actors, source_actor))
FROM reports LEFT JOIN resolved USING (row_id);
