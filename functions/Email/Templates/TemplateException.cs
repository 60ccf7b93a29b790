namespace Serverless.Email.Templates;

/// <summary>A template cannot be read, or cannot be filled with the values at hand; the same will happen again.</summary>
internal sealed class TemplateException(string message, Exception? innerException = null) : Exception(message, innerException);
