import type { Differences } from '../world.ts'

/** What SQL Server cannot do, and no adapter can make up for. */
export const SQLSERVER_DIFFERENCES: Differences = {
  keepsNumbers: true,
  noRuleOnItself: true,
  functionsOnlyRead: true,
  proceduresMayWrite: true,
  outIsInOut: true,
}

/** The routines of the contract, over the world's tables, for SQL Server. */
export const SQLSERVER_ROUTINES: readonly string[] = [
  `create function dbo.add_up(@a int, @b int) returns int as begin return @a + @b end`,
  `create function dbo.say_again(@words nvarchar(max)) returns nvarchar(max) as begin return @words end`,
  `create function dbo.add_big(@a bigint, @b bigint) returns bigint as begin return @a + @b end`,
  `create function dbo.add_exact(@a decimal(20,5), @b decimal(20,5)) returns decimal(20,5) as begin return @a + @b end`,
  `create function dbo.day_after(@day date) returns date as begin return dateadd(day, 1, @day) end`,
  `create function dbo.nothing() returns int as begin return null end`,
  `create function dbo.leaves() returns int as begin return 1 end`,
  `create procedure dbo.add_tag @wanted nvarchar(40) as begin insert into tags (label) values (@wanted) end`,
  `create procedure dbo.refuse @reason nvarchar(200) as begin raiserror(@reason, 16, 1) end`,
  `create procedure dbo.rest @seconds int as
     begin declare @pause char(8) = '00:00:' + right('0' + cast(@seconds as varchar(2)), 2); waitfor delay @pause end`,
  `create procedure dbo.list_tags as begin select id, label from tags where id <= 3 order by id end`,
  `create procedure dbo.two_lists @lowest int as
     begin select id from tags where id >= @lowest and id <= 3 order by id;
       select name from categories where name = 'nobody' end`,
  `create procedure dbo.count_orders @wanted int, @orders int output, @total decimal(12,2) output as
     begin select @orders = count(*), @total = sum(o.total) from orders o where o.customer_id = @wanted end`,
  `create procedure dbo.double_it @n bigint output as begin set @n = @n * 2 end`,
  `create procedure dbo.rename_tag @wanted int, @words nvarchar(40) as
     begin update tags set label = @words where id = @wanted end`,
]
