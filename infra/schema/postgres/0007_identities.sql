-- Accounts at an identity provider that let their users in. A subject is the issuer's own word for somebody, and never
-- given to anybody else; the email is what it was when it was connected. A user without a password has '' for its hash.
create table identities (
    id         text primary key,
    user_id    text not null references users on delete cascade,
    issuer     text not null,
    subject    text collate "C" not null,
    email      text not null,
    created_at timestamptz not null,
    constraint identity_taken unique (issuer, subject),
    constraint one_identity_of_issuer unique (user_id, issuer)
);
