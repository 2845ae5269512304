-- One request against a venue's budget at one address, all or nothing. Redis 6.2.
-- KEYS: 1 weight of the minute (hash), 2 orders of ten seconds of one account (hash), 3 gate (hash), 4 tenants (zset)
-- ARGV: 1 now in ms (0: Redis's own), 2 weight, 3 orders, 4 tenant, 5 whether the reserve may be used,
--       6 weight a minute, 7 orders in 10 s, 8 reserve in %, 9 weight and 10 orders that the venue counted,
--       11 gate closed for ms, 12 whether banned
-- Answer: {1, 0, "", weight used, orders used}, or {0, ms to wait, why, weight used, orders used}
redis.replicate_commands()
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local weight, orders, tenant, reserved = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5] == '1'
local minute, tens = math.floor(now / 60000), math.floor(now / 10000)

-- What the venue said about earlier requests.
if tonumber(ARGV[11]) > 0 then
  local function later(name)
    local till = math.max(now + tonumber(ARGV[11]), tonumber(redis.call('HGET', KEYS[3], name) or 0))
    redis.call('HSET', KEYS[3], name, till)
    redis.call('PEXPIRE', KEYS[3], till - now + 60000)
  end
  later('till')
  if ARGV[12] == '1' then later('banned') end
end
local function window(key, number, counted, ms)
  if tonumber(redis.call('HGET', key, 'window') or -1) ~= number then
    redis.call('DEL', key)
    redis.call('HSET', key, 'window', number, 'used', 0)
    redis.call('PEXPIRE', key, ms * 2)
  end
  local used = tonumber(redis.call('HGET', key, 'used'))
  if counted > used then
    used = counted
    redis.call('HSET', key, 'used', used)
  end
  return used
end
local used = window(KEYS[1], minute, tonumber(ARGV[9]), 60000)
local placed = window(KEYS[2], tens, tonumber(ARGV[10]), 10000)
if weight == 0 then return {1, 0, '', used, placed} end
local function no(wait, why) return {0, wait, why, used, placed} end

-- Who asks is there, whether or not it gets anything.
redis.call('ZREMRANGEBYSCORE', KEYS[4], 0, now - 60000)
redis.call('ZADD', KEYS[4], now, tenant)
redis.call('PEXPIRE', KEYS[4], 120000)
local till = tonumber(redis.call('HGET', KEYS[3], 'till') or 0)
local banned = tonumber(redis.call('HGET', KEYS[3], 'banned') or 0)
if banned > now then return no(banned - now, 'banned') end
if till > now and not reserved then return no(till - now, 'closed') end

local weight_max, orders_max, reserve = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local open = weight_max - math.floor(weight_max * reserve / 100)
local orders_open = orders_max - math.floor(orders_max * reserve / 100)
if used + weight > (reserved and weight_max or open) then return no(60000 - now % 60000, 'weight') end
if orders > 0 and placed + orders > (reserved and orders_max or orders_open) then
  return no(10000 - now % 10000, 'orders')
end
local tenants = redis.call('ZCARD', KEYS[4])
if not reserved and tenants > 1 and used + weight > open / 2 then
  local mine = tonumber(redis.call('HGET', KEYS[1], 't:' .. tenant) or 0)
  if mine + weight > math.floor(open / tenants) then return no(60000 - now % 60000, 'share') end
end

redis.call('HINCRBY', KEYS[1], 'used', weight)
redis.call('HINCRBY', KEYS[1], 't:' .. tenant, weight)
if orders > 0 then redis.call('HINCRBY', KEYS[2], 'used', orders) end
return {1, 0, '', used + weight, placed + orders}
