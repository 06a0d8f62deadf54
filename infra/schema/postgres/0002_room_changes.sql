-- A change of a room goes through the outbox, as one of a membership does: whoever dies before the log has it, it will.
alter table outbox drop constraint outbox_kind_check;
alter table outbox add constraint outbox_kind_check check (kind in ('session', 'joined', 'left', 'updated'));

-- The ids of changes that were made: one that is sent again must not undo what came after it.
create table room_changes (
    room_id    text not null references rooms on delete cascade,
    actor_id   text not null references users on delete cascade,
    id         text not null,
    created_at timestamptz not null,
    primary key (room_id, actor_id, id)
);
