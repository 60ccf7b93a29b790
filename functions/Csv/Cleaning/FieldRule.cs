using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>The rule that a value broke. Made once a column, so that a fault costs nothing until it is described.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Expected">Completes "expected ...".</param>
internal sealed record FieldRule(string Code, string Expected)
{
    public static FieldRule Type(string expected) => new(ErrorCodes.TypeError, expected);

    public static FieldRule Constraint(string expected) => new(ErrorCodes.ConstraintError, expected);
}
