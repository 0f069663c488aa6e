/** The routines of the contract, over the world's tables. A cursor stands for a result set, which PostgreSQL has not. */
export const PGSQL_ROUTINES: readonly string[] = [
  `create function add_up(a integer, b integer) returns integer language sql immutable
     as 'select a + b'`,
  `create function say_again(words text) returns text language sql immutable as 'select words'`,
  `create function add_big(a bigint, b bigint) returns bigint language sql immutable as 'select a + b'`,
  `create function add_exact(a numeric(20,5), b numeric(20,5)) returns numeric(20,5) language sql immutable
     as 'select a + b'`,
  `create function day_after(day date) returns date language sql immutable as 'select day + 1'`,
  `create function nothing() returns integer language sql immutable as 'select null::integer'`,
  `create function add_tag(wanted text) returns integer language sql
     as 'insert into tags (label) values (wanted); select count(*)::integer from tags'`,
  `create function refuse(reason text) returns integer language plpgsql
     as 'begin raise exception ''%'', reason; end'`,
  `create function rest(seconds integer) returns integer language sql
     as 'select pg_sleep(seconds); select seconds'`,
  `create function leaves() returns integer language sql as 'select 1'`,
  `create procedure list_tags(inout result refcursor) language plpgsql
     as 'begin open result for select id, label from tags where id <= 3 order by id; end'`,
  `create procedure two_lists(in lowest integer, inout first refcursor, inout second refcursor) language plpgsql
     as 'begin open first for select id from tags where id >= lowest and id <= 3 order by id;
         open second for select name from categories where name = ''nobody''; end'`,
  `create procedure count_orders(in wanted integer, out orders integer, out total numeric(12,2)) language plpgsql
     as 'begin select count(*), sum(o.total) into orders, total from orders o where o.customer_id = wanted; end'`,
  `create procedure double_it(inout n bigint) language plpgsql as 'begin n := n * 2; end'`,
  `create procedure rename_tag(in wanted integer, in words text) language sql
     as 'update tags set label = words where id = wanted'`,
]
