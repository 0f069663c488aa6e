/** The routines of the contract, over the world's tables, for MySQL and MariaDB. */
export const MYSQL_ROUTINES: readonly string[] = [
  `create function add_up(a int, b int) returns int deterministic no sql return a + b`,
  `create function say_again(words text) returns text deterministic no sql return words`,
  `create function add_big(a bigint, b bigint) returns bigint deterministic no sql return a + b`,
  `create function add_exact(a decimal(20,5), b decimal(20,5)) returns decimal(20,5) deterministic no sql
     return a + b`,
  `create function day_after(day date) returns date deterministic no sql return day + interval 1 day`,
  `create function nothing() returns int deterministic no sql return null`,
  `create function add_tag(wanted text) returns int deterministic modifies sql data
     begin insert into tags (label) values (wanted); return (select count(*) from tags); end`,
  `create function refuse(reason text) returns int deterministic no sql
     begin signal sqlstate '45000' set message_text = reason; return 1; end`,
  `create function rest(seconds int) returns int no sql return sleep(seconds) + seconds`,
  `create function leaves() returns int deterministic no sql return 1`,
  `create procedure list_tags() reads sql data select id, label from tags where id <= 3 order by id`,
  `create procedure two_lists(in lowest int) reads sql data
     begin select id from tags where id >= lowest and id <= 3 order by id;
       select name from categories where name = 'nobody'; end`,
  `create procedure count_orders(in wanted int, out orders int, out total decimal(12,2)) reads sql data
     select count(*), sum(o.total) into orders, total from orders o where o.customer_id = wanted`,
  `create procedure double_it(inout n bigint) no sql set n = n * 2`,
  `create procedure rename_tag(in wanted int, in words text) modifies sql data
     update tags set label = words where id = wanted`,
]
