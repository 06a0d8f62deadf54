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
