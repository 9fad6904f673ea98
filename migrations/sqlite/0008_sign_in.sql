-- Signing in: the sessions that run, and how often passwords were tried. Nothing here is evidence: the log has who came and went.

-- `id` is the SHA-256 of what the cookie holds. `seal` is what the forms of its pages carry.

create table session (
    id text primary key check (length(id) = 64),
    staff integer not null references staff (id),
    seal text not null check (seal <> ''),
    way text not null check (way in ('token', 'password', 'provider')),
    browser text not null,
    opened_at integer not null,
    -- When its owner last showed who they are; a provider that knew them already may have seen that long before.
    proved_at integer not null,
    seen_at integer not null
) strict;

create index session_staff on session (staff, opened_at);

-- Tries since an instant, by the SHA-256 of what they are counted for: an account, an address, or both.

create table sign_in_try (
    counted text primary key check (length(counted) = 64),
    tries integer not null check (tries >= 0),
    since integer not null
) strict;

create index sign_in_try_since on sign_in_try (since);
