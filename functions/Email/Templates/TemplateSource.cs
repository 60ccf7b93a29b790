namespace Serverless.Email.Templates;

/// <summary>A message's template as it is written: Liquid texts.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Subject">Of the subject; null leaves it to the request or the recipient.</param>
/// <param name="Html">Of the HTML part: values are escaped.</param>
/// <param name="Text">Of the text part; null makes it from the HTML.</param>
internal sealed record TemplateSource(string Name, string? Subject, string Html, string? Text);
