-- Migration: Add paused workflow status
-- Date: 2024-09-16
-- Description: A new value in a file of its own: PostgreSQL cannot use it in the transaction that adds it
-- Rollback: none; a value of an enum cannot be dropped, so stop using it

alter type public.workflow_status add value if not exists 'paused' before 'archived';
