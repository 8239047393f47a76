-- The file's version is not a time that ever was.
create table private.leap_days (
  day date primary key
);
