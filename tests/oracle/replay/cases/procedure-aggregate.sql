create procedure p(a int) language sql as 'select 1';
create function p(a int) returns int language sql as 'select 1';
call p(1);
call p('x'::text);
select p(1);
drop function p(int);
drop procedure p(int);
drop routine p(int);
