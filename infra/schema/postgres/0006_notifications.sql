-- What somebody wants to be told of. The level belongs to a membership and goes with it; without a row it is the one of
-- the room's kind (domain/notifications.py). The version orders the copies that the user's devices have.
create table notification_settings (
    user_id     text primary key references users on delete cascade,
    version     bigint not null default 0,
    quiet_until timestamptz,
    -- Minutes of the day by the clock of the device that would ring.
    quiet_from  smallint check (quiet_from between 0 and 1439),
    quiet_to    smallint check (quiet_to between 0 and 1439),
    check ((quiet_from is null) = (quiet_to is null))
);
create table room_notifications (
    room_id text not null,
    user_id text not null,
    level   text not null check (level in ('all', 'mentions', 'nothing')),
    primary key (room_id, user_id),
    foreign key (room_id, user_id) references memberships on delete cascade
);
create index room_notifications_of_user on room_notifications (user_id);
