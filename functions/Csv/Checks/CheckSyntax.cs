namespace Serverless.Csv.Checks;

/// <summary>The kinds of parts that a check is made of.</summary>
internal enum CheckPart
{
    Name,
    Number,
    Text,
    True,
    False,
    Null,
    Negate,
    Arithmetic,
    Compare,
    In,
    Not,
    And,
    Or,
    Implies,
}

/// <summary>A part of a check before it is known what its names are.</summary>
/// <param name="Part">What it is.</param>
/// <param name="Text">The name, literal or operator.</param>
/// <param name="Children">Its operands; of a comparison a third one is its tolerance.</param>
internal sealed record CheckSyntax(CheckPart Part, string Text, params IReadOnlyList<CheckSyntax> Children)
{
    /// <summary>The columns that are named, each once, in order.</summary>
    public IEnumerable<string> ListNames() =>
        (Part == CheckPart.Name ? [Text] : Children.SelectMany(c => c.ListNames())).Distinct(StringComparer.Ordinal);
}
