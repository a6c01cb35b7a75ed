package io.tributary.bench.retriever;

import io.tributary.bench.retriever.RetrieverReport.Figure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The values of one figure in all rounds. */
final class Rounds {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  double median() {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  double highest() {
    return Collections.max(values);
  }

  Figure figure(String name, String unit) {
    return new Figure(name, median(), Collections.min(values), Collections.max(values), unit);
  }
}
