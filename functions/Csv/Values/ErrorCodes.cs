namespace Serverless.Csv.Values;

/// <summary>
/// The codes of refused records and headers: Frictionless error codes, and three that are ours: <see cref="UnclosedQuote"/>,
/// <see cref="AmbiguousQuote"/> and <see cref="DatabaseConstraint"/>.
/// </summary>
internal static class ErrorCodes
{
    public const string TypeError = "type-error";
    public const string ConstraintError = "constraint-error";
    public const string UniqueError = "unique-error";
    public const string PrimaryKey = "primary-key";
    public const string ForeignKey = "foreign-key";
    public const string RowConstraint = "row-constraint";
    public const string ForbiddenValue = "forbidden-value";
    public const string SequentialValue = "sequential-value";
    public const string MissingCell = "missing-cell";
    public const string ExtraCell = "extra-cell";
    public const string BlankRow = "blank-row";
    public const string EncodingError = "encoding-error";
    public const string UnclosedQuote = "unclosed-quote";
    public const string AmbiguousQuote = "ambiguous-quote";

    /// <summary>The table that records are loaded into would not take the record.</summary>
    public const string DatabaseConstraint = "database-constraint";

    public const string IncorrectLabel = "incorrect-label";
    public const string MissingLabel = "missing-label";
    public const string ExtraLabel = "extra-label";
    public const string BlankLabel = "blank-label";
    public const string DuplicateLabel = "duplicate-label";
}
