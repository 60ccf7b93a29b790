namespace Serverless.JmesPath;

/// <summary>An expression cannot be read, or cannot be evaluated on the data at hand; the same will happen again.</summary>
internal sealed class ExpressionException(string message) : Exception(message);
