namespace Serverless.Email.Recipients;

/// <summary>The columns of a list that are not the template's.</summary>
internal static class RecipientColumns
{
    public const string To = "to", From = "from", Subject = "subject";

    /// <summary>A header's name as the template knows it; the three above whatever their case.</summary>
    public static string NameOf(string header)
    {
        var name = header.Trim();
        return name.ToLowerInvariant() is To or From or Subject ? name.ToLowerInvariant() : name;
    }

    public static string? TrimToNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
