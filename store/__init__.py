"""All that Matchpoint keeps: tables, queries, unit of work, queue and migrations. The only home of SQL."""
