-- Accounts, rooms and memberships, and the outbox that carries their changes to the sockets.
-- Ids are ULIDs made by the application. A *_key column is what two names share that count as the same; it is
-- compared and ordered by code point on every server, whatever language the server was set up for.

create table users (
    id             text primary key,
    name           text not null,
    name_key       text collate "C" not null constraint user_name_taken unique,
    email          text not null,
    email_key      text collate "C" not null constraint user_email_taken unique,
    password_hash  text not null,
    -- Raised in every transaction that changes the user's rooms or sessions: orders the copies of them.
    access_version bigint not null default 0,
    created_at     timestamptz not null
);

create table sessions (
    id              text primary key,
    user_id         text not null references users on delete cascade,
    refresh_digest  text not null,
    previous_digest text,
    rotated_at      timestamptz not null,
    expires_at      timestamptz not null,
    revoked_at      timestamptz,
    created_at      timestamptz not null,
    agent           text not null,
    address         text not null
);
create index sessions_of_user on sessions (user_id) where revoked_at is null;
-- A session ends by either; the sweep asks for both.
create index sessions_by_rotation on sessions (rotated_at) where revoked_at is null;
create index sessions_by_end on sessions (expires_at) where revoked_at is null;

create table rooms (
    id         text primary key,
    kind       text not null check (kind in ('room', 'dm')),
    name       text not null,
    name_key   text collate "C" not null,
    topic      text not null,
    visibility text not null check (visibility in ('public', 'private')),
    dm_key     text unique,
    created_by text not null references users,
    created_at timestamptz not null,
    check ((kind = 'dm') = (dm_key is not null))
);
create unique index public_rooms_by_name on rooms (name_key) where visibility = 'public';

create table memberships (
    room_id   text not null references rooms on delete cascade,
    user_id   text not null references users on delete cascade,
    role      text not null check (role in ('owner', 'member')),
    joined_at timestamptz not null,
    primary key (room_id, user_id)
);
create index memberships_of_user on memberships (user_id);

-- One row a change of access, written in its transaction, deleted once MongoDB, the sockets and the log have it.
-- Nearly always empty, so the primary key is index enough.
create table outbox (
    id         bigint generated always as identity primary key,
    user_id    text not null references users on delete cascade,
    kind       text not null check (kind in ('session', 'joined', 'left')),
    room_id    text references rooms on delete cascade,
    actor_id   text,
    event_id   text,
    created_at timestamptz not null
);
