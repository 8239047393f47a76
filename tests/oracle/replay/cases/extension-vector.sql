create table early (embedding vector(3));
create extension vector with schema extensions;
create table items (id bigint generated always as identity primary key, embedding vector(1536));
create index on items using hnsw (embedding vector_cosine_ops);
create index on items using ivfflat (embedding vector_l2_ops) with (lists = 10);
create index on items using hnsw (embedding nope_ops);
select '[1,2,3]'::vector <=> '[1,2,4]'::vector;
drop extension vector;
