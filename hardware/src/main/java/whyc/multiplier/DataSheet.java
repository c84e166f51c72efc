package whyc.multiplier;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import whyc.op.route.Route;

/**
 * All that is known of a multiplier.
 *
 * @param name it was asked for by
 * @param design absent for a table that came from a file
 * @param identity of the function, see {@link Multiplier#identity}
 * @param rank of the table; absent where it is more than {@link Catalogue#mostRank}
 * @param route how sums of the product are emulated; absent where operands have not 8 bits
 * @param cost absent where nothing is known of the circuit but its table
 * @param sameDesigns other designs that are the same function
 * @param published circuits of libraries that are the same function
 */
public record DataSheet(
    String name,
    OperandForm form,
    Optional<Design> design,
    String identity,
    Figures figures,
    OptionalInt rank,
    Optional<Route> route,
    Optional<Cost> cost,
    List<String> sameDesigns,
    List<Published> published) {

  public DataSheet {
    sameDesigns = List.copyOf(sameDesigns);
    published = List.copyOf(published);
  }

  DataSheet with(List<String> moreDesigns) {
    return new DataSheet(
        name, form, design, identity, figures, rank, route, cost, moreDesigns, published);
  }

  /** {@code masked}, {@code 3 terms}, {@code table}; empty where there is no route. */
  public String routeText() {
    return route
        .map(r ->
            switch (r) {
              case Route.Masked m -> "masked";
              case Route.LowRank l ->
                  l.terms().size() + (l.terms().size() == 1 ? " term" : " terms");
              case Route.LookUp l -> "table";
            })
        .orElse("");
  }
}
