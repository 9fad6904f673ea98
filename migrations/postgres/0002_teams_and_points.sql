-- The team that a clock's comment was routed to when the clock was opened: a promise may be a team's. Who has the comment later is
-- in `holding`. Clocks from before were promised to no team.

alter table reply_clock add column team text check (team <> '');

-- Ten thousand clocks may pass a point at one opening. Told in batches by `next_point_at, id`, they were sorted anew for each.

drop index reply_clock_next_point;
create index reply_clock_next_point on reply_clock (next_point_at, id) where state = 'running';
