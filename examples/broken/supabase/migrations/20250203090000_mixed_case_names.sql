-- Every query must write these names in quotes from now on.
create table private."OrderItems" ("orderId" bigint primary key);
