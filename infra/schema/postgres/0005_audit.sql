-- The audit log: who did what to whom, when and from where. Ids only, without references, so that it outlives whom and
-- what it is about and holds nothing that a deletion would have to change.
create table audit (
    id        bigint generated always as identity primary key,
    at        timestamptz not null default clock_timestamp(),
    kind      text not null,
    actor_id  text,
    target_id text,
    room_id   text,
    network   text not null,
    detail    text not null
);
create index audit_by_actor on audit (actor_id, id desc);
create index audit_by_target on audit (target_id, id desc);
create index audit_by_kind on audit (kind, id desc);
create index audit_by_time on audit (at);

-- Append only, whoever asks, the owner of the table and a superuser included: nothing is changed, and nothing younger
-- than 30 days is deleted. The setting AUDIT_DAYS (at least 30) says when the sweep deletes what is older.
create function refuse_to_change_audit() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if old.at < clock_timestamp() - interval '30 days' then
            return old;
        end if;
        raise exception 'the audit log keeps its entries for 30 days at least' using errcode = 'insufficient_privilege';
    end if;
    raise exception 'the audit log is append only' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_rows_stay before update or delete on audit
    for each row execute function refuse_to_change_audit();
create trigger audit_stays before truncate on audit
    for each statement execute function refuse_to_change_audit();
-- The rights go, too: a superuser has them in any case, which is what the triggers are for.
revoke update, truncate on audit from public, current_user;

-- An account that an administrator has disabled: nobody signs in to it until it is enabled again.
alter table users add column disabled_at timestamptz;
