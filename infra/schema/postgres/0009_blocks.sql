-- Whom users have blocked. While either of two has blocked the other, neither says anything in their direct message.
create table blocks (
    blocker_id text not null references users,
    blocked_id text not null references users,
    -- The key of the two's direct message, whether there is one or not.
    dm_key     text not null,
    created_at timestamptz not null,
    primary key (blocker_id, blocked_id)
);
create index blocks_by_blocked on blocks (blocked_id);
create index blocks_by_dm on blocks (dm_key);
