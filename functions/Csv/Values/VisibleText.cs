namespace Serverless.Csv.Values;

/// <summary>Texts from files, as they may be shown: a terminal obeys control characters, and a line break ends a table's row.</summary>
internal static class VisibleText
{
    private const char FirstPicture = '\u2400';
    private const char PictureOfDelete = '\u2421';

    /// <summary>The text with Unicode's pictures in the place of control characters.</summary>
    public static string Of(string text) =>
        text.Any(char.IsControl) ? string.Create(text.Length, text, (shown, from) =>
        {
            for (var i = 0; i < shown.Length; i++) shown[i] = Of(from[i]);
        }) : text;

    private static char Of(char value) => value switch
    {
        < ' ' => (char)(FirstPicture + value),
        '\u007F' => PictureOfDelete,
        >= '\u0080' and <= '\u009F' => '\uFFFD',
        _ => value,
    };
}
