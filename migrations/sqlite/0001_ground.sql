-- The tables of Majlis on SQLite. `migrations/postgres` holds the same tables and columns, and a test compares them.
--
-- Instants are microseconds since 1970 (UTC). Columns of personal content (texts, authors, reasons, replies and the
-- salts of their commitments) can be null, so that they can be erased; what is judged, decided and done stays.

-- Sources: what they are, how far each has been read, and how it is.

create table source (
    id text primary key,
    platform text not null check (platform in ('facebook', 'instagram', 'x', 'youtube')),
    registered_at integer not null,
    cursor text,
    round_started_at integer,
    rounds integer not null default 0 check (rounds >= 0),
    suspected_gaps integer not null default 0 check (suspected_gaps >= 0),
    reads_on integer not null default 0,
    reads integer not null default 0 check (reads >= 0),
    failures integer not null default 0 check (failures >= 0),
    restarts integer not null default 0 check (restarts >= 0),
    last_read_at integer,
    health text not null default 'ok' check (health in ('ok', 'ill', 'paused')),
    health_since integer not null,
    health_detail text,
    renewing_until integer,
    unique (id, platform)
) strict;

-- Posts, as far as they were read: by it the next round's are chosen. `said` is how many comments it was said to have.

create table post (
    source text not null references source (id),
    id text not null check (id <> ''),
    published_at integer not null,
    read_at integer not null,
    comments integer not null check (comments >= 0),
    ages integer not null check (ages >= 0),
    waiting integer not null check (waiting >= 0),
    counted_at integer not null,
    said integer,
    said_when_read integer,
    check (read_at >= published_at and counted_at >= read_at),
    primary key (source, id)
) strict, without rowid;

create index post_published on post (source, published_at);
create index post_waiting on post (source) where waiting > 0;

-- Each configured secret begins a chain of its own, so that a process which still has the former one cannot put its
-- tokens over those of the new one.

create table token (
    source text not null references source (id),
    access text,
    refresh text,
    expires_at integer,
    obtained_at integer not null,
    seed text not null,
    check (access is not null or refresh is not null),
    primary key (source, seed)
) strict;

-- What was spent of each thing that a platform counts, until it is counted anew, and what acts spend of it in a whole
-- period, of late.

create table purse (
    source text not null references source (id),
    purse text not null check (purse in ('units', 'reads', 'finds', 'looks', 'hides', 'replies', 'money', 'usage')),
    until integer not null,
    spent integer not null check (spent >= 0),
    by_acts integer not null check (by_acts >= 0),
    usual integer not null check (usual >= 0),
    primary key (source, purse)
) strict, without rowid;

-- The queue. `ready_at` is `due_at`, or the end of the lease while a worker holds the job. Numbers are never used
-- twice: a lease is known by the job's number and attempt.

create table job (
    id integer primary key autoincrement,
    lane text not null check (lane in ('moderate', 'remind', 'recount', 'retain', 'sample', 'opine', 'seal', 'shadow') or lane like 'poll/_%'
        or lane like 'dispatch/_%' or lane like 'notify/_%'),
    key text not null,
    due_at integer not null,
    ready_at integer not null,
    attempt integer not null default 0 check (attempt >= 0),
    check (ready_at >= due_at),
    unique (lane, key)
) strict;

create index job_ready on job (lane, ready_at, id);

-- What a platform's webhook delivered, as it came, until it is read: a job in the lane of its source names it.

create table delivery (
    id integer primary key autoincrement,
    source text not null references source (id),
    received_at integer not null,
    body blob not null
) strict;

-- Comments. `starts_at` is the earlier of the platform's time and our receipt; `author_key` tells who repeats; `fold_key`
-- and `language` are of the latest revision; `refreshed_at` is when the platform last showed it again, where the platform wants that
-- known; `look_at` is when it is asked for by its id next, and null for one that is gone says that it was found so once more.

create table comment (
    id integer primary key,
    source text not null,
    platform text not null,
    platform_id text not null check (platform_id <> ''),
    parent_id text,
    post_id text,
    written_by text not null check (written_by in ('public', 'us')),
    author_id text,
    author_name text,
    author_key text,
    created_at integer,
    first_seen_at integer not null,
    starts_at integer not null,
    revision integer not null check (revision >= 1),
    fold_key integer,
    language text not null default 'other' check (language in ('arabic', 'english', 'other')),
    visibility text not null default 'visible' check (visibility in ('visible', 'hidden', 'deleted', 'erased')),
    visibility_at integer,
    refreshed_at integer,
    look_at integer,
    check (starts_at <= first_seen_at),
    check (refreshed_at >= first_seen_at),
    check (visibility = 'visible' or visibility_at is not null),
    check (visibility <> 'erased' or (author_id is null and author_name is null and author_key is null and fold_key is null
        and look_at is null)),
    foreign key (source, platform) references source (id, platform),
    unique (source, platform_id)
) strict;

create index comment_by_author on comment (platform, author_key, starts_at, platform_id)
    where author_key is not null and fold_key is not null and written_by = 'public';
create index comment_by_name on comment (author_name, starts_at, platform_id)
    where author_name is not null and fold_key is not null and written_by = 'public';
create index comment_ours on comment (source, parent_id) where written_by = 'us';
create index comment_look on comment (source, look_at) where look_at is not null;
create index comment_hidden on comment (id) where visibility = 'hidden';

create table revision (
    comment integer not null references comment (id),
    number integer not null check (number >= 1),
    text text,
    salt blob,
    marks text not null,
    seen_at integer not null,
    check ((text is null) = (salt is null)),
    check (salt is null or length(salt) = 16),
    primary key (comment, number)
) strict, without rowid;

-- Decisions. The one with the highest revision and then the highest number rules.

create table decision (
    id integer primary key,
    comment integer not null,
    revision integer not null,
    verdict text not null check (verdict in ('allow', 'hide', 'review')),
    clause text check (clause in ('public_morals', 'discrimination', 'religious_offence', 'illegal_activity',
        'law_or_rights_violation', 'security_threat', 'indecent', 'defamatory', 'ip_infringement', 'personal_content',
        'off_topic', 'spam', 'private_promotion')),
    rule text,
    excerpt_from integer,
    excerpt_to integer,
    check_failed text,
    kind text not null check (kind in ('question', 'complaint', 'suggestion', 'opinion', 'praise', 'other')),
    policy text not null,
    decided_by text not null check (decided_by = 'machine' or decided_by like 'staff:_%'),
    reason text,
    reason_salt blob,
    decided_at integer not null,
    check ((rule is null) = (clause is null)),
    check ((excerpt_from is null) = (clause is null) and (excerpt_to is null) = (clause is null)),
    check (excerpt_from is null or (excerpt_from >= 0 and excerpt_to >= excerpt_from)),
    check (case verdict
        when 'allow' then clause is null and check_failed is null
        when 'hide' then clause is not null and check_failed is null
        else (clause is null) <> (check_failed is null) end),
    check (decided_by <> 'machine' or verdict <> 'hide' or clause not in ('defamatory', 'ip_infringement', 'off_topic')),
    check ((reason is null) = (reason_salt is null)),
    check (reason_salt is null or length(reason_salt) = 16),
    check (decided_by <> 'machine' or reason is null),
    foreign key (comment, revision) references revision (comment, number)
) strict;

create index decision_latest on decision (comment, revision, id);
create index decision_review on decision (comment) where verdict = 'review';
create index decision_by_staff on decision (comment, id) where decided_by <> 'machine';

-- How many comments each rule hid in the hour that began at `began_at`, those beyond the policy's ceiling among them.

create table rule_hides (
    rule text primary key,
    began_at integer not null,
    hides integer not null check (hides >= 1)
) strict;

-- The outbox. What staff may take back leaves at `not_before`. An acknowledgement is sent before `expires_at` or never, and once for a `conversation`, which stands for what
-- one person asks in one thread while the office is closed.

create table action (
    id integer primary key,
    comment integer not null references comment (id),
    act text not null check (act in ('hide', 'unhide', 'reply', 'acknowledge')),
    text text,
    salt blob,
    requested_by text not null check (requested_by = 'machine' or requested_by like 'staff:_%'),
    requested_at integer not null,
    state text not null check (state in ('awaiting_approval', 'queued', 'started', 'confirmed', 'refused', 'withdrawn')),
    attempt integer not null default 0 check (attempt >= 0),
    settled_at integer,
    receipt text,
    refusal text check (refusal in ('gone', 'not_allowed', 'invalid')),
    withdrawal text check (withdrawal in ('overtaken', 'taken_back', 'given_back', 'erased')),
    expires_at integer,
    conversation text,
    not_before integer,
    check (not_before >= requested_at),
    check (act in ('reply', 'acknowledge') or text is null),
    check (text is null or text <> ''),
    check (act in ('hide', 'unhide') or state not in ('awaiting_approval', 'queued', 'started') or text is not null),
    check ((text is null) = (salt is null)),
    check (salt is null or length(salt) = 16),
    check (case state
        when 'awaiting_approval' then attempt = 0 and act = 'reply'
        when 'queued' then attempt = 0
        when 'withdrawn' then attempt = 0 or act = 'acknowledge'
        else attempt > 0 end),
    check ((state in ('awaiting_approval', 'queued', 'started')) = (settled_at is null)),
    check ((state = 'confirmed') = (receipt is not null)),
    check ((state = 'refused') = (refusal is not null)),
    check ((state = 'withdrawn') = (withdrawal is not null)),
    check ((act = 'acknowledge') = (expires_at is not null)),
    check (conversation is null or act = 'acknowledge'),
    check (act <> 'acknowledge' or state not in ('queued', 'started') or conversation is not null),
    check (act <> 'acknowledge' or requested_by = 'machine')
) strict;

create index action_comment on action (comment, id);
create index action_approval on action (comment) where state = 'awaiting_approval';
create index action_open on action (comment) where state in ('queued', 'started');
create unique index action_once on action (comment, act) where state in ('queued', 'started') and act <> 'reply';
create unique index action_conversation on action (conversation) where state in ('queued', 'started', 'confirmed');
create index action_receipt on action (receipt) where act in ('reply', 'acknowledge') and state = 'confirmed';

-- Reply clocks. Of each sort (first reply, next reply, solution) a comment has one at most that is open, which is to say
-- that runs or is paused; it is then its latest of that sort. `thread` is the comment at the top of the conversation.
-- `received_at` is when the message came to us; the clock counts from `started_at`, which may be earlier. An open clock
-- has either an instant at which it is due or, while it stands still, working time that remains; one that stopped keeps
-- what it had. `generation` counts the due times that it was given. `team` is the one that the comment was
-- routed to as the clock was opened, for a promise may be a team's; who has it later is in `holding`. `own_target`
-- is what staff gave this one in the promised one's stead, as JSON. A breach is noted by the
-- point that was passed; here is the one that a new calendar took back, and when.

create table reply_clock (
    id integer primary key,
    comment integer not null references comment (id),
    thread integer not null references comment (id),
    clock text not null check (clock in ('first_reply', 'next_reply', 'solve')),
    kind text not null check (kind in ('question', 'complaint', 'suggestion')),
    priority text not null check (priority in ('normal', 'high', 'urgent')),
    language text not null check (language in ('arabic', 'english', 'other')),
    team text check (team <> ''),
    own_target text check (own_target <> ''),
    opened_at integer not null,
    received_at integer not null,
    started_at integer not null,
    due_soon_at integer,
    due_at integer,
    remaining_s integer check (remaining_s >= 0),
    calendar text not null check (calendar <> ''),
    basis text not null,
    generation integer not null default 1 check (generation >= 1),
    state text not null check (state in ('running', 'paused', 'answered', 'solved', 'cancelled')),
    settled_at integer,
    answered_by_action integer references action (id),
    answered_by_seen text,
    solved_by text check (solved_by like 'staff:_%'),
    cancel_reason text check (cancel_reason in ('hidden', 'gone', 'erased', 'not_owed', 'not_needed')),
    shortened_at integer,
    breached_at integer,
    breach_withdrawn_at integer,
    check (started_at <= received_at),
    check ((due_at is null) = (due_soon_at is null) and (due_at is null) = (remaining_s is not null)),
    check (due_at is null or (started_at <= due_at and due_soon_at <= due_at)),
    check (state <> 'running' or due_at is not null),
    check (state <> 'paused' or due_at is null),
    check ((state in ('running', 'paused')) = (settled_at is null)),
    check ((state = 'answered') = (answered_by_action is not null or answered_by_seen is not null)),
    check (answered_by_action is null or answered_by_seen is null),
    check ((state = 'solved') = (solved_by is not null)),
    check (state <> 'answered' or clock <> 'solve'),
    check (state <> 'solved' or clock = 'solve'),
    check ((state = 'cancelled') = (cancel_reason is not null)),
    check ((breached_at is null) = (breach_withdrawn_at is null))
) strict;

create index reply_clock_comment on reply_clock (comment, clock, id);
create unique index reply_clock_open on reply_clock (comment, clock) where state in ('running', 'paused');
create index reply_clock_thread on reply_clock (thread, comment);
create index reply_clock_due on reply_clock (due_at, comment) where state = 'running';
create index reply_clock_calendar on reply_clock (calendar, id) where state in ('running', 'paused');
create index reply_clock_answered on reply_clock (comment, id) where state = 'answered';

-- When a clock stood still, why, and who stopped it. An answer that turns out to be older ends the pause where it began.

create table clock_pause (
    id integer primary key,
    clock integer not null references reply_clock (id),
    from_at integer not null,
    until_at integer,
    reason text not null check (reason in ('merged', 'spam_under_review', 'platform_outage', 'waiting_for_asker',
        'awaiting_other_body')),
    actor text not null check (actor = 'machine' or actor like 'staff:_%'),
    check (until_at >= from_at)
) strict;

create index clock_pause_clock on clock_pause (clock, id);
create unique index clock_pause_open on clock_pause (clock) where until_at is null;

-- The point that each running clock passes next, apart from the clock, whose proof and indexes are dear to write. `at` is 0 where
-- it is to be reckoned anew from `due_at`, and null where the clock has passed them all.

create table clock_point (
    clock integer primary key references reply_clock (id),
    due_at integer not null,
    at integer,
    point text check (point <> ''),
    check ((point is null) = (at is null or at = 0))
) strict;

create index clock_point_at on clock_point (at, clock);

-- Which points of a clock's due time it passed, each once a generation, and when the answer was due then.

create table clock_alert (
    clock integer not null references reply_clock (id),
    generation integer not null check (generation >= 1),
    point text not null check (point <> ''),
    due_at integer not null,
    at integer not null,
    outcome text not null check (outcome in ('sent', 'held', 'skipped')),
    primary key (clock, generation, point)
) strict;

-- In whose hands a comment was from when on. What came before the first row was not read yet.

create table holding (
    id integer primary key,
    comment integer not null references comment (id),
    from_at integer not null,
    holder text not null check (holder in ('unassigned', 'awaiting_approval', 'awaiting_other_body')
        or holder like 'team:_%' or holder like 'staff:_%'),
    set_by text not null check (set_by = 'machine' or set_by like 'staff:_%')
) strict;

create index holding_comment on holding (comment, from_at, id);
create index holding_holder on holding (holder, comment);
-- Notices to staff outside the console, and the clocks that they are about.

create table notice (
    id integer primary key,
    recipient text not null check (recipient <> ''),
    about text not null check (about in ('owed', 'day')),
    urgency text not null check (urgency in ('ordinary', 'urgent')),
    created_at integer not null,
    due_at integer not null,
    state text not null check (state in ('queued', 'sent', 'given_up', 'withdrawn')),
    attempt integer not null default 0 check (attempt >= 0),
    settled_at integer,
    check ((state = 'queued') = (settled_at is null)),
    check (state = 'queued' or attempt > 0)
) strict;

create index notice_gathers on notice (recipient, due_at) where state = 'queued' and attempt = 0;

create table notice_item (
    notice integer not null references notice (id),
    clock integer not null references reply_clock (id),
    point text not null check (point <> ''),
    primary key (notice, clock)
) strict, without rowid;

-- The audit log: its entries as the bytes that were hashed, where it ends, and the roots published so far. What entries are
-- searched by (`comment`, `staff`, `clause`) says nothing that the bytes do not say, and is shown to nobody.

create table audit_entry (
    seq integer primary key check (seq >= 0),
    at integer not null,
    bytes blob not null,
    leaf blob not null check (length(leaf) = 32),
    comment integer,
    staff text,
    clause text
) strict;

create index audit_entry_comment on audit_entry (comment, seq) where comment is not null;
create index audit_entry_staff on audit_entry (staff, seq) where staff is not null;
create index audit_entry_clause on audit_entry (clause, seq) where clause is not null;
create index audit_entry_staff_clause on audit_entry (staff, clause, seq) where staff is not null and clause is not null;

create table audit_head (
    id integer primary key check (id = 1),
    head blob not null,
    stopped_at integer,
    stopped_why text,
    check ((stopped_at is null) = (stopped_why is null))
) strict;

create table checkpoint (
    size integer primary key check (size >= 0),
    root blob not null check (length(root) = 32),
    note text not null,
    at integer not null
) strict;

-- Staff, and the documents that rule.

create table staff (
    id integer primary key,
    name text not null unique check (name <> ''),
    role text not null check (role in ('staff', 'approver', 'auditor', 'operator')),
    added_at integer not null,
    disabled_at integer,
    token_hash text unique check (length(token_hash) = 64),
    token_set_at integer,
    -- argon2id, as a PHC string with its salt.
    password text check (password like '$argon2id$%'),
    password_set_at integer,
    -- Of the code by which they choose a password, once.
    invitation_hash text unique check (length(invitation_hash) = 64),
    invited_until integer,
    -- How the ministry's own sign-in knows them: by a verified address until they come in by it, then by their name there.
    email text unique check (email = lower(email) and email like '%_@_%'),
    issuer text,
    subject text,
    unique (issuer, subject),
    check ((issuer is null) = (subject is null)),
    check (disabled_at is null or (email is null and issuer is null)),
    check ((token_hash is null) = (token_set_at is null)),
    check ((password is null) = (password_set_at is null)),
    check ((invitation_hash is null) = (invited_until is null)),
    check (disabled_at is null or (token_hash is null and password is null and invitation_hash is null))
) strict;

create table document (
    kind text not null check (kind in ('policy', 'calendar')),
    hash text not null check (hash <> ''),
    text text not null,
    primary key (kind, hash)
) strict;

create table proposal (
    kind text not null,
    hash text not null,
    proposed_by text not null check (proposed_by = 'shipped' or proposed_by like 'staff:_%'),
    proposed_at integer not null,
    primary key (kind, hash, proposed_by),
    foreign key (kind, hash) references document (kind, hash)
) strict;

create table adoption (
    id integer primary key,
    kind text not null,
    hash text not null,
    proposed_by text not null,
    adopted_by text not null check (adopted_by = 'machine' or adopted_by like 'staff:_%'),
    adopted_at integer not null,
    check (adopted_by <> proposed_by),
    check ((adopted_by = 'machine') = (proposed_by = 'shipped')),
    foreign key (kind, hash, proposed_by) references proposal (kind, hash, proposed_by)
) strict;

create index adoption_latest on adoption (kind, id);

-- What was recorded stays. Erasure empties the columns of personal content, and nothing else changes a decision or a
-- text. An `insert or replace` deletes without telling the triggers of deletion, so it is met at the insertion.

create trigger audit_entry_stays before delete on audit_entry
begin select raise(abort, 'an audit entry is never deleted'); end;
create trigger audit_entry_unchanged before update on audit_entry
begin select raise(abort, 'an audit entry is never changed'); end;
create trigger audit_entry_once before insert on audit_entry
when exists (select 1 from audit_entry where seq = new.seq)
begin select raise(abort, 'an audit entry is never replaced'); end;
create trigger checkpoint_stays before delete on checkpoint
begin select raise(abort, 'a checkpoint is never deleted'); end;
create trigger checkpoint_unchanged before update on checkpoint
begin select raise(abort, 'a checkpoint is never changed'); end;
create trigger checkpoint_once before insert on checkpoint
when exists (select 1 from checkpoint where size = new.size)
begin select raise(abort, 'a checkpoint is never replaced'); end;
create trigger comment_stays before delete on comment
begin select raise(abort, 'a comment''s record is never deleted'); end;
create trigger comment_once before insert on comment
when exists (select 1 from comment where id = new.id)
begin select raise(abort, 'a comment''s record is never replaced'); end;
create trigger revision_stays before delete on revision
begin select raise(abort, 'a revision is never deleted'); end;
create trigger revision_once before insert on revision
when exists (select 1 from revision where comment = new.comment and number = new.number)
begin select raise(abort, 'a revision is never replaced'); end;
create trigger revision_unchanged before update of comment, number, marks, seen_at on revision
begin select raise(abort, 'a revision is never changed'); end;
create trigger revision_erased before update of text, salt on revision
when new.text is not null or new.salt is not null
begin select raise(abort, 'a revision''s text is never changed, only erased'); end;
create trigger decision_stays before delete on decision
begin select raise(abort, 'a decision is never deleted'); end;
create trigger decision_unchanged before update of id, comment, revision, verdict, clause, rule, excerpt_from, excerpt_to,
    check_failed, kind, policy, decided_by, decided_at on decision
begin select raise(abort, 'a decision is never changed'); end;
create trigger decision_once before insert on decision
when exists (select 1 from decision where id = new.id)
begin select raise(abort, 'a decision is never replaced'); end;
create trigger decision_erased before update of reason, reason_salt on decision
when new.reason is not null or new.reason_salt is not null
begin select raise(abort, 'a decision''s reason is never changed, only erased'); end;
create trigger action_stays before delete on action
begin select raise(abort, 'an action is never deleted'); end;
create trigger action_once before insert on action
when exists (select 1 from action where id = new.id)
begin select raise(abort, 'an action is never replaced'); end;
create trigger action_unchanged before update of id, comment, act, requested_by, requested_at, expires_at on action
begin select raise(abort, 'what an action is to do is never changed'); end;
create trigger action_leaves before update of not_before on action when old.state <> 'awaiting_approval'
begin select raise(abort, 'what an action is to do is never changed'); end;
create trigger action_erased before update of text, salt, conversation on action
when old.state <> 'awaiting_approval' and (new.text is not null or new.salt is not null or new.conversation is not null)
begin select raise(abort, 'a reply''s words are never changed, only erased'); end;
create trigger adoption_stays before delete on adoption
begin select raise(abort, 'an adoption is never deleted'); end;
create trigger adoption_unchanged before update on adoption
begin select raise(abort, 'an adoption is never changed'); end;
create trigger adoption_once before insert on adoption
when exists (select 1 from adoption where id = new.id)
begin select raise(abort, 'an adoption is never replaced'); end;
create trigger document_unchanged before update on document
begin select raise(abort, 'a document is never changed'); end;
