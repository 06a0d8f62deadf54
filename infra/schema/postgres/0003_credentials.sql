-- Links sent by mail, by the digest of their token. Used ones are deleted.
create table one_time_tokens (
    digest     text primary key,
    user_id    text not null references users on delete cascade,
    purpose    text not null check (purpose in ('reset', 'email')),
    email      text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index one_time_tokens_of_user on one_time_tokens (user_id, purpose);
create index one_time_tokens_by_end on one_time_tokens (expires_at);

-- What others see of a user beside the name: the place of the avatar's colour in the palette, and a line of text.
alter table users add column colour smallint;
alter table users add column status text not null default '';
-- Since then the row is all that is left of an account: who sent a message is somebody who is no more.
alter table users add column deleted_at timestamptz;

-- Invitations to the workspace, by the digest of their token. Used up or expired ones let nobody in.
create table invites (
    id         text primary key,
    digest     text not null unique,
    created_by text not null references users on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    uses_left  integer not null check (uses_left >= 0)
);
create index invites_of_user on invites (created_by);

-- The kinds are the application's (domain/access.py): a deleted account goes the same way.
alter table outbox drop constraint outbox_kind_check;

-- Time-based codes. The secret is sealed with the pepper; `last_step` is that of the last code that was taken, so none
-- is taken twice; attempts are counted before they are judged, so guesses made at once count as well.
create table second_factors (
    user_id       text primary key references users on delete cascade,
    sealed        text not null,
    confirmed     boolean not null default false,
    last_step     bigint not null default 0,
    attempts      integer not null default 0,
    blocked_until timestamptz not null default '-infinity'
);
create table recovery_codes (
    user_id text not null references second_factors on delete cascade,
    digest  text not null,
    primary key (user_id, digest)
);
