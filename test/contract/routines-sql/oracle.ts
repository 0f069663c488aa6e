/**
 * The routines of the contract, over the world's tables, for Oracle. Cursors stand for result sets; the day is a text, as a DATE has a
 * time; and a session rests in a loop, as the package for it needs a right of its own.
 */
export const ORACLE_ROUTINES: readonly string[] = [
  `create function add_up(a in integer, b in integer) return integer is begin return a + b; end;`,
  `create function say_again(words in varchar2) return varchar2 is begin return words; end;`,
  `create function add_big(a in integer, b in integer) return integer is begin return a + b; end;`,
  `create function add_exact(a in number, b in number) return number is begin return a + b; end;`,
  `create function day_after(day in varchar2) return varchar2 is
     begin return to_char(to_date(day, 'YYYY-MM-DD') + 1, 'YYYY-MM-DD'); end;`,
  `create function nothing return integer is begin return null; end;`,
  `create function add_tag(wanted in varchar2) return integer is n integer;
     begin insert into tags (label) values (wanted); select count(*) into n from tags; return n; end;`,
  `create function refuse(reason in varchar2) return integer is
     begin raise_application_error(-20001, reason); return 1; end;`,
  `create function rest(seconds in integer) return integer is until_then date := sysdate + seconds / 86400; n integer;
     begin while sysdate < until_then loop select count(*) into n from tags; end loop; return seconds; end;`,
  `create function leaves return integer is begin return 1; end;`,
  `create procedure list_tags(result out sys_refcursor) is
     begin open result for select id, label from tags where id <= 3 order by id; end;`,
  `create procedure two_lists(lowest in integer, first out sys_refcursor, second out sys_refcursor) is
     begin open first for select id from tags where id >= lowest and id <= 3 order by id;
       open second for select name from categories where name = 'nobody'; end;`,
  `create procedure count_orders(wanted in integer, orders out integer, total out number) is
     begin select count(*), sum(o.total) into orders, total from orders o where o.customer_id = wanted; end;`,
  `create procedure double_it(n in out integer) is begin n := n * 2; end;`,
  `create procedure rename_tag(wanted in integer, words in varchar2) is
     begin update tags set label = words where id = wanted; end;`,
]
