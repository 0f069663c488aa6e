import { expect, test } from 'vitest'
import { defaultsOf } from '../../../adapters/database/sqlserver/parameter-defaults.ts'

/**
 * Forms of learn.microsoft.com/en-us/sql/t-sql/statements/create-procedure-transact-sql and
 * learn.microsoft.com/en-us/sql/t-sql/statements/create-function-transact-sql.
 */
test.each<[string, { readonly [parameter: string]: string }]>([
  ['create procedure dbo.list @from int = 1, @to int as select 1', { '@from': '1' }],
  [
    "CREATE PROC [dbo].[a b] (@Name nvarchar(10) = N'it''s, (here)', @n decimal(10, 2) = -1.5 OUTPUT)\nAS BEGIN SELECT 1 END",
    {
      '@name': "N'it''s, (here)'",
      '@n': '-1.5',
    },
  ],
  [
    'create or alter procedure p @a as int = null, @b varbinary(8) = 0x0aFF, @c date out with recompile as select @x = 1',
    {
      '@a': 'null',
      '@b': '0x0aFF',
    },
  ],
  [
    '/* old: create proc x @z int = 9 /* nested */ */\n-- @y int = 8\ncreate procedure p -- @q = 1\n  @a int = 5 /* five */ as set @a = 6',
    { '@a': '5' },
  ],
  [
    'create function dbo.f (@a int = 3, @b nvarchar(max) = default_word) returns int as begin return @a end',
    {
      '@a': '3',
      '@b': 'default_word',
    },
  ],
  ['create function dbo.f() returns table as return select @a = 1', {}],
  ['create procedure "s"."p";2 @a int=1 as select 1', { '@a': '1' }],
  ['create procedure p as declare @a int = 1', {}],
  ['create procedure p @t dbo.rows readonly, @a int = 2 for replication as select 1', { '@a': '2' }],
  ["create procedure p @a int = 1, @b nvarchar(20) = N'cut off here", { '@a': '1', '@b': "N'cutoffhere" }],
  ['', {}],
])('%s', (text, expected) => {
  expect(Object.fromEntries(defaultsOf(text))).toEqual(expected)
})
