-- Roles in the workspace and in rooms, who is muted in or banned from a room, and rooms that are archived.
alter table users add column role text not null default 'member'
    constraint users_role_check check (role in ('owner', 'admin', 'member', 'guest'));
-- A workspace that has users already is owned by the first of them.
update users set role = 'owner' where id = (select id from users order by created_at, id limit 1);
create unique index one_workspace_owner on users (role) where role = 'owner';

alter table memberships drop constraint memberships_role_check;
alter table memberships add constraint memberships_role_check check (role in ('owner', 'moderator', 'member'));

-- Apart from memberships: neither ends when somebody leaves and comes again.
create table sanctions (
    room_id    text not null references rooms on delete cascade,
    user_id    text not null references users on delete cascade,
    kind       text not null check (kind in ('muted', 'banned')),
    actor_id   text not null,
    created_at timestamptz not null,
    primary key (room_id, user_id, kind)
);
create index sanctions_of_user on sanctions (user_id);

alter table rooms add column archived boolean not null default false;

-- A room that was deleted is kept, without a name and without members, until nothing can write to its log any more.
alter table rooms add column deleted_at timestamptz;
create index rooms_deleted on rooms (deleted_at) where deleted_at is not null;

-- Invite links: of the secret in one, only its SHA-256 digest is kept.
create table invite_links (
    id         text primary key,
    room_id    text not null references rooms on delete cascade,
    digest     text not null unique,
    created_by text not null references users on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    uses_left  integer not null check (uses_left >= 0)
);
create index invite_links_of_room on invite_links (room_id);
