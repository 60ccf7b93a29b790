using Serverless.Csv.Values;

namespace Serverless.Csv.Checks;

/// <summary>A check of <c>x-checks</c> that each record has to meet.</summary>
/// <param name="Text">The check as messages show it.</param>
/// <param name="Code">The code of records that do not meet it.</param>
/// <param name="Syntax">The condition.</param>
internal sealed record TableCheck(string Text, string Code, CheckSyntax Syntax)
{
    /// <summary>A condition as it is written.</summary>
    /// <exception cref="CheckException">It cannot be read.</exception>
    public static TableCheck Of(string text) => new(text, ErrorCodes.RowConstraint, CheckParser.Parse(text));

    /// <summary>Values that a column must not have.</summary>
    /// <param name="field">The column.</param>
    /// <param name="values">Literals.</param>
    public static TableCheck Forbid(string field, IReadOnlyList<CheckSyntax> values) => new(
        $"{field} not in ({string.Join(", ", values.Select(v => v.Part == CheckPart.Text ? $"'{v.Text}'" : v.Text))})",
        ErrorCodes.ForbiddenValue,
        new CheckSyntax(CheckPart.Not, "not", new CheckSyntax(CheckPart.In, "in", [new CheckSyntax(CheckPart.Name, field), .. values])));
}
