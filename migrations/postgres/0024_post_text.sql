-- What a post of ours says: the comments under it may quote it, and are about what it is about. It is our own text, so no erasure
-- takes it.

alter table post add column text text;
