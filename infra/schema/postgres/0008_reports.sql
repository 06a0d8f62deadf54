-- Messages that members have reported to the administrators. No text is kept: what was said is read from the log and the
-- history, as of `rev`, while the report is open, so that a deleted message is gone from here as well.
create table reports (
    id          bigint generated always as identity primary key,
    -- Null once the account is deleted.
    reporter_id text references users on delete set null,
    room_id     text not null references rooms on delete cascade,
    n           bigint not null,
    rev         bigint not null,
    author_id   text not null,
    reason      text not null check (reason in ('spam', 'harassment', 'harmful', 'other')),
    note        text not null,
    at          timestamptz not null,
    closed_at   timestamptz,
    closed_by   text,
    outcome     text check (outcome in ('dismissed', 'message_removed', 'person_warned', 'person_removed')),
    unique (reporter_id, room_id, n),
    check ((closed_at is null) = (outcome is null))
);
create index open_reports on reports (id desc) where closed_at is null;
create index closed_reports on reports (id desc) where closed_at is not null;
create index reports_of_room on reports (room_id);
