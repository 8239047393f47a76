;; Unpacks the module's data when it is instantiated: an LZMA decoder after Igor Pavlov's LZMA specification (public domain), for lc=3 lp=0 pb=0.
;; pack.mjs puts numbers in the place of names with $$, and the packed data where nothing stands yet: at the far end of the stack.
(module
  (import "pgdry" "memory" (memory 1))
  (global $in (mut i32) (i32.const $$IN))
  (global $range (mut i32) (i32.const -1))
  (global $code (mut i32) (i32.const $$CODE))
  (start $unpack)

  ;; A bit by the probability at an address.
  (func $bit (param $p i32) (result i32)
    $$STATE
    $$READ
    $$BIT
    $$WRITE
    (local.get $bit))

  ;; A number below the limit, a power of two, from its highest bit on.
  (func $tree (param $base i32) (param $limit i32) (result i32)
    (local $m i32) (local $p i32) $$STATE
    $$READ
    (local.set $m (i32.const 1))
    (loop $next
      (local.set $p (i32.add (local.get $base) (i32.shl (local.get $m) (i32.const 1))))
      $$BIT
      (local.set $m (i32.or (i32.shl (local.get $m) (i32.const 1)) (local.get $bit)))
      (br_if $next (i32.lt_u (local.get $m) (local.get $limit))))
    $$WRITE
    (i32.sub (local.get $m) (local.get $limit)))

  ;; A number of so many bits, from its lowest bit on.
  (func $reverse (param $base i32) (param $bits i32) (result i32)
    (local $m i32) (local $at i32) (local $value i32) (local $p i32) $$STATE
    $$READ
    (local.set $m (i32.const 1))
    (loop $next
      (local.set $p (i32.add (local.get $base) (i32.shl (local.get $m) (i32.const 1))))
      $$BIT
      (local.set $m (i32.or (i32.shl (local.get $m) (i32.const 1)) (local.get $bit)))
      (local.set $value (i32.or (local.get $value) (i32.shl (local.get $bit) (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $bits))))
    $$WRITE
    (local.get $value))

  ;; A number of so many bits without probabilities.
  (func $direct (param $bits i32) (result i32)
    (local $value i32) $$STATE
    $$READ
    (loop $next
      (local.set $range (i32.shr_u (local.get $range) (i32.const 1)))
      (local.set $bit (i32.ge_u (local.get $code) (local.get $range)))
      (local.set $code (i32.sub (local.get $code)
        (i32.and (local.get $range) (i32.sub (i32.const 0) (local.get $bit)))))
      (local.set $value (i32.or (i32.shl (local.get $value) (i32.const 1)) (local.get $bit)))
      $$NORMALIZE
      (br_if $next (local.tee $bits (i32.sub (local.get $bits) (i32.const 1)))))
    $$WRITE
    (local.get $value))

  ;; A length, less 2: two choices, then trees of 8, 8 and 256.
  (func $length (param $p i32) (result i32)
    (if (i32.eqz (call $bit (local.get $p))) (then
      (return (call $tree (i32.add (local.get $p) (i32.const 4)) (i32.const 8)))))
    (if (i32.eqz (call $bit (i32.add (local.get $p) (i32.const 2)))) (then
      (return (i32.add (i32.const 8) (call $tree (i32.add (local.get $p) (i32.const 20)) (i32.const 8))))))
    (i32.add (i32.const 16) (call $tree (i32.add (local.get $p) (i32.const 36)) (i32.const 256))))

  ;; The byte at $out; $match is the one at the last distance, or negative where the last was a literal.
  (func $literal (param $out i32) (param $match i32)
    (local $base i32) (local $symbol i32) (local $match_bit i32) (local $p i32) $$STATE
    $$READ
    ;; 0x300 probabilities for each value of the highest three bits of the byte before.
    (local.set $base (i32.add (i32.const $$LITERAL)
      (i32.mul (i32.shr_u (i32.load8_u (i32.sub (local.get $out) (i32.const 1))) (i32.const 5)) (i32.const 0x600))))
    (local.set $symbol (i32.const 1))
    (block $done
      (br_if $done (i32.lt_s (local.get $match) (i32.const 0)))
      (loop $next
        (local.set $match_bit (i32.and (i32.shr_u (local.get $match) (i32.const 7)) (i32.const 1)))
        (local.set $match (i32.shl (local.get $match) (i32.const 1)))
        (local.set $p (i32.add (local.get $base) (i32.shl
          (i32.add (i32.shl (i32.add (local.get $match_bit) (i32.const 1)) (i32.const 8)) (local.get $symbol))
          (i32.const 1))))
        $$BIT
        (local.set $symbol (i32.or (i32.shl (local.get $symbol) (i32.const 1)) (local.get $bit)))
        (br_if $done (i32.ne (local.get $match_bit) (local.get $bit)))
        (br_if $next (i32.lt_u (local.get $symbol) (i32.const 256)))))
    (block $whole
      (loop $next
        (br_if $whole (i32.ge_u (local.get $symbol) (i32.const 256)))
        (local.set $p (i32.add (local.get $base) (i32.shl (local.get $symbol) (i32.const 1))))
        $$BIT
        (local.set $symbol (i32.or (i32.shl (local.get $symbol) (i32.const 1)) (local.get $bit)))
        (br $next)))
    $$WRITE
    (i32.store8 (local.get $out) (local.get $symbol)))

  ;; A new distance, less 1, for a length, less 2.
  (func $distance (param $length i32) (result i32)
    (local $slot i32) (local $bits i32) (local $distance i32)
    (local.set $slot (call $tree
      (i32.add (i32.const $$SLOT) (i32.shl
        (select (local.get $length) (i32.const 3) (i32.lt_u (local.get $length) (i32.const 3)))
        (i32.const 7)))
      (i32.const 64)))
    (if (i32.lt_u (local.get $slot) (i32.const 4)) (then (return (local.get $slot))))
    (local.set $bits (i32.sub (i32.shr_u (local.get $slot) (i32.const 1)) (i32.const 1)))
    (local.set $distance (i32.shl (i32.or (i32.const 2) (i32.and (local.get $slot) (i32.const 1))) (local.get $bits)))
    (if (i32.lt_u (local.get $slot) (i32.const 14)) (then
      (return (i32.add (local.get $distance) (call $reverse
        (i32.add (i32.const $$SPECIAL) (i32.shl (i32.sub (local.get $distance) (local.get $slot)) (i32.const 1)))
        (local.get $bits))))))
    (i32.add
      (i32.add (local.get $distance) (i32.shl (call $direct (i32.sub (local.get $bits) (i32.const 4))) (i32.const 4)))
      (call $reverse (i32.const $$ALIGN) (i32.const 4))))

  (func $unpack
    (local $out i32) (local $state i32) (local $at i32) (local $length i32) (local $distance i32)
    (local $rep0 i32) (local $rep1 i32) (local $rep2 i32) (local $rep3 i32)
    (local.set $at (i32.const $$PROBABILITIES))
    (loop $next
      (i32.store (local.get $at) (i32.const 0x04000400))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const $$PROBABILITIES_END))))
    (local.set $out (i32.const $$OUT))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $out) (i32.const $$OUT_END)))
        ;; Six rows of probabilities, one a state, 32 bytes each.
        (local.set $at (i32.add (i32.const $$PROBABILITIES) (i32.shl (local.get $state) (i32.const 1))))
        (if (i32.eqz (call $bit (local.get $at))) (then
          (call $literal (local.get $out) (select
            (i32.load8_u (i32.sub (i32.sub (local.get $out) (local.get $rep0)) (i32.const 1)))
            (i32.const -1)
            (i32.ge_u (local.get $state) (i32.const 7))))
          (local.set $out (i32.add (local.get $out) (i32.const 1)))
          (local.set $state (select
            (i32.const 0)
            (i32.sub (local.get $state) (select (i32.const 3) (i32.const 6) (i32.lt_u (local.get $state) (i32.const 10))))
            (i32.lt_u (local.get $state) (i32.const 4))))
          (br $next)))
        (if (call $bit (i32.add (local.get $at) (i32.const 32)))
          (then
            (local.set $length (i32.const -1))
            (if (call $bit (i32.add (local.get $at) (i32.const 64)))
              (then
                (if (call $bit (i32.add (local.get $at) (i32.const 96)))
                  (then
                    (local.set $distance (local.get $rep2))
                    (if (call $bit (i32.add (local.get $at) (i32.const 128))) (then
                      (local.set $distance (local.get $rep3))
                      (local.set $rep3 (local.get $rep2))))
                    (local.set $rep2 (local.get $rep1)))
                  (else (local.set $distance (local.get $rep1))))
                (local.set $rep1 (local.get $rep0))
                (local.set $rep0 (local.get $distance))
                (local.set $length (call $length (i32.const $$REP_LENGTH)))
                (local.set $state (select (i32.const 8) (i32.const 11) (i32.lt_u (local.get $state) (i32.const 7)))))
              (else
                (if (call $bit (i32.add (local.get $at) (i32.const 160)))
                  (then
                    (local.set $length (call $length (i32.const $$REP_LENGTH)))
                    (local.set $state (select (i32.const 8) (i32.const 11) (i32.lt_u (local.get $state) (i32.const 7)))))
                  ;; One byte at the last distance.
                  (else
                    (local.set $state (select (i32.const 9) (i32.const 11) (i32.lt_u (local.get $state) (i32.const 7)))))))))
          (else
            (local.set $rep3 (local.get $rep2))
            (local.set $rep2 (local.get $rep1))
            (local.set $rep1 (local.get $rep0))
            (local.set $length (call $length (i32.const $$LENGTH)))
            (local.set $state (select (i32.const 7) (i32.const 10) (i32.lt_u (local.get $state) (i32.const 7))))
            (local.set $rep0 (call $distance (local.get $length)))))
        (local.set $length (i32.add (local.get $length) (i32.const 2)))
        (loop $copy
          (i32.store8 (local.get $out) (i32.load8_u (i32.sub (i32.sub (local.get $out) (local.get $rep0)) (i32.const 1))))
          (local.set $out (i32.add (local.get $out) (i32.const 1)))
          (br_if $copy (local.tee $length (i32.sub (local.get $length) (i32.const 1)))))
        (br $next)))))
