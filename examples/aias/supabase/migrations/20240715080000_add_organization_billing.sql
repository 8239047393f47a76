-- Migration: Add organization billing
-- Date: 2024-07-15
-- Description: Where invoices go, and the plan's limits
-- Rollback: alter table public.organizations drop column billing_email, drop column plan, drop column monthly_run_limit;

set lock_timeout = '5s';

alter table public.organizations
  add column billing_email public.email_address,
  add column plan text not null default 'free',
  add column monthly_run_limit bigint not null default 1000,
  add constraint organizations_plan_check check (plan in ('free', 'team', 'business', 'enterprise'));

comment on column public.organizations.monthly_run_limit is 'Workflow runs a month; the plan sets it, sales may raise it';
