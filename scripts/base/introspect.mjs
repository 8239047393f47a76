// What a database holds, in the shape of facts/supabase.json.

const outside = "n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname !~ '^pg_temp'";

/** `members` of an extension (a condition on pg_depend's `refobjid`), or what belongs to none. */
const membership = (catalog, oid, extension) => {
  const member = (which) =>
    `exists (select from pg_depend where classid = '${catalog}'::regclass and objid = ${oid} and deptype = 'e'${which})`;
  return extension ? member(` and refobjid = (select oid from pg_extension where extname = '${extension}')`) : `not ${member('')}`;
};

export async function relations(query, extension) {
  const rows = await query(`
    select n.nspname as schema, c.relname as name, c.relkind as kind, c.relowner::regrole::text as owner, c.relacl::text as acl,
      c.relrowsecurity as rls, c.relpersistence = 'u' as unlogged,
      case when c.relkind = 'p' then lower(left(pg_get_partkeydef(c.oid), 5)) || substr(pg_get_partkeydef(c.oid), 6) end as partition_by,
      (select json_agg(json_strip_nulls(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
          'not_null', nullif(a.attnotnull, false), 'identity', nullif(a.attidentity, ''),
          'generated', case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end,
          'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end)) order by a.attnum)
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select json_agg(json_build_object('name', k.conname, 'def', pg_get_constraintdef(k.oid)) order by k.contype, k.conname collate "C")
        from pg_constraint k where k.conrelid = c.oid and k.contype <> 't') as constraints,
      (select json_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid::regclass::text collate "C")
        from pg_index i where i.indrelid = c.oid) as indexes,
      (select json_agg(json_build_object('name', t.tgname,
          'def', regexp_replace(pg_get_triggerdef(t.oid), '^CREATE TRIGGER \\S+ ', '')) order by t.tgname collate "C")
        from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as triggers,
      (select json_agg(json_build_object('name', p.polname, 'def', concat(
          case when not p.polpermissive then ' as restrictive' end,
          ' for ' || (array['select', 'insert', 'update', 'delete'])[nullif(position(p.polcmd::text in 'rawd'), 0)],
          case when p.polroles <> '{0}' then ' to ' || (select string_agg(r::regrole::text, ', ') from unnest(p.polroles) as r) end,
          ' using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
          ' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')) order by p.polname collate "C")
        from pg_policy p where p.polrelid = c.oid) as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and ${outside} and ${
      extension
        ? `(${membership('pg_class', 'c.oid', extension)} or c.relkind = 'c' and ${membership('pg_type', 'c.reltype', extension)})`
        : `${membership('pg_class', 'c.oid')} and ${membership('pg_type', 'c.reltype')}`
    }
    order by n.nspname collate "C", c.relname collate "C"`);
  return rows.map(tidy);
}

export async function functions(query) {
  const rows = await query(`
    select n.nspname as schema, p.proname as name, p.prokind as kind, pg_get_function_arguments(p.oid) as args,
      pg_get_function_result(p.oid) as result, l.lanname as language, p.provolatile as volatility, p.prosecdef as security_definer,
      p.proconfig::text as config, p.proacl::text as acl,
      (select e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e') as extension
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
    where ${outside} order by n.nspname collate "C", p.proname collate "C", p.oid`);
  return rows.map(tidy);
}

/** All sections of facts/supabase.json, of a server whose bootstrap role is as there. */
export async function facts(query) {
  return {
    roles: (
      await query(`
      select r.rolname as name, rolcanlogin as login, rolinherit as inherit, rolbypassrls as bypassrls, rolsuper as superuser,
        rolcreaterole as createrole, rolcreatedb as createdb, rolreplication as replication,
        (select json_agg(g.roleid::regrole::text) from pg_auth_members g where g.member = r.oid) as member_of,
        (select json_agg(g.roleid::regrole::text) from pg_auth_members g where g.member = r.oid and g.admin_option) as admin_of,
        (select to_json(s.setconfig) from pg_db_role_setting s where s.setrole = r.oid and s.setdatabase = 0) as settings
      from pg_roles r where rolname !~ '^pg_' order by r.rolname collate "C"`)
    ).map(tidy),
    schemas: (
      await query(`
      select nspname as name, nspowner::regrole::text as owner, nspacl::text as acl from pg_namespace n
      where ${outside} order by nspname collate "C"`)
    ).map(tidy),
    extensions: await query(`
      select extname as name, nspname as schema, extversion as version
      from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by extname collate "C"`),
    enums: await query(`
      select n.nspname as schema, t.typname as name, (select json_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = t.oid) as labels
      from pg_type t join pg_namespace n on n.oid = t.typnamespace
      where t.typtype = 'e' and ${membership('pg_type', 't.oid')} order by n.nspname collate "C", t.typname collate "C"`),
    functions: await functions(query),
    relations: await relations(query),
    publications: (await query('select pubname as name, puballtables as all_tables from pg_publication order by pubname')).map(tidy),
    default_privileges: await query(`
      select defaclrole::regrole::text as role, nspname as schema, defaclobjtype as object, defaclacl::text as acl
      from pg_default_acl d join pg_namespace n on n.oid = d.defaclnamespace`),
  };
}

/** Without what is false or absent. */
function tidy(row) {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== false));
}
