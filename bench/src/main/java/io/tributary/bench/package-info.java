/**
 * How fast Tributary is: JMH benchmarks, and programs that run them and judge the figures against
 * the goals.
 *
 * <p>Figures of one run are compared as ratios, since absolute speed differs between machines and
 * hours.
 */
@NullMarked
package io.tributary.bench;

import org.jspecify.annotations.NullMarked;
