-- Keys that programs give their acts, so that one that is sent twice is done once. Kept for a day.

-- `asked` is the SHA-256 of what was asked under the key, `outcome` what came of it.

create table idempotency_key (
    staff integer not null references staff (id),
    key text not null check (length(key) between 1 and 255),
    asked text not null check (length(asked) = 64),
    outcome text not null check (outcome in ('queued', 'proposed', 'under_way', 'settled', 'many')),
    -- The action's, or the one of the act on many comments.
    number integer,
    kept_at integer not null,
    primary key (staff, key),
    check ((outcome in ('queued', 'proposed', 'many')) = (number is not null))
) strict;

create index idempotency_key_kept on idempotency_key (kept_at);
